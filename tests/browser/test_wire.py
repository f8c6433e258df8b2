"""What the service does wrong is marked where it does, and explained."""

import unittest

from pages import PagesTest

RULE = "nonce.echo"


class Deviations(PagesTest):
    service_arguments = ("--defect", RULE)

    def test_a_deviation_is_marked_on_its_line_and_at_its_arrow_and_leads_to_its_rule(self):
        self.enter("wire/")
        self.window.run("window.stayed = true")
        before = len(self.window.find_all("#wire > li"))
        self.visitor().set(inactivity_timeout="21")
        self.window.wait_for(lambda: len(self.window.find_all("#wire > li")) > before, "another line")
        self.window.wait_for(lambda: RULE in self.window.find("#wire > li.must:first-child").text, "its mark and rule")
        self.assertTrue(self.window.run("return window.stayed"))
        self.window.click("#wire > li:first-child a")

        self.assertIn(RULE, self.window.text_of("#ladder .rungs details.must"))
        # It is said in words beside the colour.
        self.assertIn("must", self.window.text_of("#ladder .rungs"))
        self.window.click(f'#ladder a[href="/rules/{RULE}"]')
        self.window.wait_for(lambda: self.window.driver.current_url.endswith(f"/rules/{RULE}"), "the rule")
        self.assertIn(RULE, self.window.find("h1").text)
        self.assertIn("nonce", self.window.find("main").text)

    def test_the_lines_can_be_filtered_by_rule(self):
        self.visitor().set(inactivity_timeout="22")
        self.enter("wire/")
        self.window.wait_for(lambda: self.window.find_all("#wire > li.must"), "a deviation")
        self.window.find("#filter").send_keys(RULE)
        shown = [line for line in self.window.find_all("#wire > li") if line.is_displayed()]
        self.assertTrue(shown)
        for line in shown:
            self.assertIn(RULE, line.text)
        self.window.find("#filter").send_keys("x")
        self.assertFalse([line for line in self.window.find_all("#wire > li") if line.is_displayed()])

    def test_the_open_ladder_goes_on_while_it_is_looked_at_and_what_was_opened_stays_open(self):
        visitor = self.visitor()
        visitor.do("call")
        visitor.set(inactivity_timeout="23")
        visitor.do("hangup")
        self.enter(f"wire/{visitor.ladders('local-changes')[-1]['number']}")
        self.window.click("#ladder .rungs details summary")
        self.window.run("window.stayed = true")
        # Nothing happens in a ladder that is over: the same news again is as good as any.
        self.window.run("return renew_ladder(document.getElementById('ladder'))")
        self.assertTrue(self.window.find("#ladder .rungs details").get_property("open"))
        self.assertTrue(self.window.run("return window.stayed"))

    def test_rules_that_are_none_have_no_page(self):
        self.enter()
        self.window.open(self.url + "rules/%3Cb%3E")
        self.assertIn("<b>", self.window.find("main").text)
        self.assertFalse(self.window.find_all("main b"))


if __name__ == "__main__":
    unittest.main()
