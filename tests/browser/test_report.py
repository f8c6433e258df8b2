"""The HTML report, as somebody reads it who was sent the file."""

import pathlib
import subprocess
import tempfile
import unittest

from support import DESK_SIZE, PHONE_SIZE, BrowserTest, Service, program

DEFECT = "nonce.echo"


class Report(BrowserTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        for name, arguments in (("clean", ()), ("broken", ("--defect", DEFECT))):
            service = Service(*arguments)
            try:
                cls.check(service.url, name)
            finally:
                service.end()
        # Nobody listens there any more.
        cls.check(service.url, "away")
        subprocess.run(
            [program(), "report", cls.folder / "clean.json", cls.folder / "broken.json", "--html", cls.folder / "compared.html"],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @classmethod
    def check(cls, url, name):
        page, result = cls.folder / f"{name}.html", cls.folder / f"{name}.json"
        done = subprocess.run(
            [program(), "check", url, "--suite", "quick", "--door-port", "0", "--html", page, "--json", result],
            capture_output=True,
            text=True,
        )
        if done.returncode not in (0, 1, 4) or not page.exists():
            raise AssertionError(f"{done.args} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")

    def show(self, name, **looks):
        return self.browser(**looks).open((self.folder / f"{name}.html").as_uri())

    def test_no_page_is_wider_than_its_window(self):
        for name in ("clean", "broken", "away", "compared"):
            for size in (PHONE_SIZE, DESK_SIZE):
                for dark in (False, True):
                    with self.subTest(name=name, size=size, dark=dark):
                        page = self.show(name, size=size, dark=dark)
                        self.assertFalse(page.overflows())
                        self.assertEqual(page.complaints(), [])
                        page.screenshot(f"report-{name}-{size[0]}-{'dark' if dark else 'light'}")

    def test_nothing_is_fetched(self):
        page = self.show("broken")
        self.assertEqual(page.run("return performance.getEntriesByType('resource').map(each => each.name)"), [])

    def test_dark_is_dark(self):
        lightness = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"
        self.assertGreater(self.show("broken", dark=False).run(lightness), 200)
        self.assertLess(self.show("broken", dark=True).run(lightness), 60)

    def test_the_first_screen_says_the_verdict_and_what_to_mend(self):
        for size in (PHONE_SIZE, DESK_SIZE):
            page = self.show("broken", size=size)
            self.assertIn("Not conforming", page.find(".verdict").text)
            self.assertLess(page.find(".again").location["y"], size[1] * 1.3)
            self.assertIn(DEFECT, page.find(".again").text)
        self.assertIn("Conforming", self.show("clean").find(".verdict").text)
        self.assertIn("Could not run", self.show("away").find(".verdict").text)

    def test_a_finding_leads_to_its_arrow(self):
        page = self.show("broken")
        link = page.find("#finding-1 a.to-arrow")
        rung = link.get_attribute("href").split("#")[1]
        is_open = f"return document.getElementById('{rung}').closest('#wire-list details').open"
        self.assertFalse(page.run(is_open))
        page.run("arguments[0].click()", link)
        page.wait_for(lambda: page.run(is_open), "the arrow")
        self.assertIn(DEFECT, page.find(f"#{rung}").text)
        arrow = page.find(f"#{rung} details.must")
        page.run("arguments[0].firstElementChild.click()", arrow)
        page.wait_for(lambda: "HTTP/1.1 200" in arrow.text, "head and body")
        self.assertTrue(arrow.find_elements("css selector", "mark"))

    def test_a_rule_leads_to_its_explanation(self):
        page = self.show("broken")
        page.run("document.querySelector('#rule-table a[href=\"#rule-nonce.echo\"]').click()")
        page.wait_for(lambda: "guide p.28" in page.find("details[id='rule-nonce.echo']").text, "the explanation")

    def test_no_link_leads_nowhere_and_no_place_is_there_twice(self):
        for name in ("clean", "broken", "away", "compared"):
            page = self.show(name)
            lost = page.run("return [...document.links].map(a => a.getAttribute('href')).filter(h => h[0] !== '#' || !document.getElementById(h.slice(1)))")
            self.assertEqual(lost, [], name)
            twice = page.run("const all = [...document.querySelectorAll('[id]')].map(e => e.id); return all.filter((id, i) => all.indexOf(id) !== i)")
            self.assertEqual(twice, [], name)

    def test_rows_can_be_filtered_and_sorted(self):
        page = self.show("broken")
        page.find("[data-filters=rule-table]").send_keys("deviated")
        shown = [row.text for row in page.find_all("#rule-table tr.must") if row.is_displayed()]
        self.assertTrue(any(DEFECT in row for row in shown), shown)
        self.assertFalse([row for row in page.find_all("#rule-table tr.held") if row.is_displayed()])

    def test_it_is_all_there_without_script(self):
        page = self.browser()
        page.allow_scripts(False)
        page.open((self.folder / "broken.html").as_uri())
        self.assertIn("Not conforming", page.find(".verdict").text)
        self.assertFalse(page.find(".filter").is_displayed())
        ladder = page.find("#wire-list details")
        ladder.find_element("tag name", "summary").click()
        page.wait_for(lambda: ladder.get_property("open") and ladder.find_element("css selector", ".rungs").text, "the ladder")
        page.allow_scripts(True)

    def test_paper_hides_nothing(self):
        page = self.show("broken")
        page._tell("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(page._tell, "Emulation.setEmulatedMedia", media="")
        hidden = page.run(
            "return [...document.querySelectorAll('.explanations, details.rule > p, #wire-list .rungs, #wire-list .bytes, #step-table')]"
            ".filter(each => each.getClientRects().length === 0 || each.getBoundingClientRect().height === 0).length"
        )
        self.assertEqual(hidden, 0)

    def test_what_is_compared_says_what_is_newly_broken(self):
        page = self.show("compared")
        self.assertIn("newly broken", page.find(".lead").text)
        self.assertIn(DEFECT, page.find("#difference-table").text)


if __name__ == "__main__":
    unittest.main()
