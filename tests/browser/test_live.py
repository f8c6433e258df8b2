"""An open page follows what others do: the service, another tab."""

import unittest

from pages import PagesTest, wait_until

MARKUP = "<img src=x onerror=alert(1)><b>"


class Live(PagesTest):
    def write(self, *items):
        """By the service; over when the phone has them."""
        self.at_service.write(self.mac, *items)
        for name, value, *index in items:
            wait_until(lambda: self.visitor().value(name, *index) == value, f"{name} at the phone")

    def stays(self):
        """From now on the page notices when it is loaded anew."""
        self.window.run("window.stayed = true")

    def test_what_the_service_writes_appears_in_the_open_section(self):
        self.enter("settings/display")
        self.stays()
        self.write(("inactivity-timeout", "41"))
        self.window.wait_for(lambda: self.shown("inactivity-timeout") == "41", "the value")
        self.assertIn("set by the service", self.who("inactivity-timeout"))
        self.assertEqual(self.error("inactivity-timeout"), "")
        self.assertTrue(self.window.run("return window.stayed"))

    def test_what_the_service_writes_appears_where_it_was_searched_for(self):
        self.enter("settings/?q=not-used-timeout")
        self.stays()
        self.write(("not-used-timeout", "9"))
        row = "#found [data-field=not-used-timeout]"
        self.window.wait_for(lambda: self.window.find(row + " .value").text == "9", "the value")
        self.assertIn("set by the service", self.window.text_of(row))
        self.assertTrue(self.window.run("return window.stayed"))

    def test_a_change_in_one_tab_appears_in_the_other(self):
        self.enter("settings/display")
        first = self.window.tab()
        self.window.open_tab(self.path("settings/display"))
        self.type_into("inactivity-timeout", "31")
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved"), "that it was saved")
        self.window.switch_to(first)
        self.window.wait_for(lambda: self.shown("inactivity-timeout") == "31", "the value")
        self.assertIn("set by the administrator", self.who("inactivity-timeout"))

    def test_what_is_being_typed_is_kept_and_the_conflict_said_and_saving_again_gives_it(self):
        self.enter("settings/display")
        first = self.window.tab()
        self.type_into("inactivity-timeout", "51")
        self.window.open_tab(self.path("settings/display"))
        self.type_into("inactivity-timeout", "52")
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved"), "that it was saved")
        self.window.switch_to(first)
        self.window.wait_for(lambda: '"52"' in self.error("inactivity-timeout"), "the conflict")
        self.assertEqual(self.shown("inactivity-timeout"), "51")
        self.assertIn("administrator", self.error("inactivity-timeout"))
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved"), "that it was saved")
        self.assertEqual(self.error("inactivity-timeout"), "")
        self.assertEqual(self.visitor().value("inactivity-timeout"), "51")
        wait_until(lambda: self.at_service.value(self.mac, "inactivity-timeout") == "51", "the value at the service")

    def test_a_change_that_the_page_did_not_show_is_not_overwritten_unseen(self):
        self.enter("settings/display")
        had = self.shown("inactivity-timeout")
        # A page that does not hear of it: the field goes by another name while the news come.
        self.window.run("document.querySelector('[id=\"f-inactivity-timeout\"]').closest('[data-field]').dataset.field = 'x'")
        self.write(("inactivity-timeout", "61"), ("not-used-timeout", "61"))
        self.window.wait_for(lambda: self.shown("not-used-timeout") == "61", "the news")
        self.window.run(
            "document.querySelector('[data-field=x]').dataset.field = 'inactivity-timeout';"
            "document.getElementById('f-inactivity-timeout').value = '62';"
            "document.querySelector('form.settings').requestSubmit()"
        )
        self.window.wait_for(lambda: "meanwhile" in self.error("inactivity-timeout"), f"that it is not {had!r} any more")
        self.assertEqual(self.visitor().value("inactivity-timeout"), "61")

    def test_markup_in_items_stays_text_everywhere(self):
        self.enter()
        self.write(("display-id-unicode", MARKUP), ("key-label", MARKUP, 2))
        self.window.wait_for(lambda: self.face().count(MARKUP) == 2, "the text on the phone")
        self.nothing_was_made_of_it()

        self.window.open(self.path("settings/identity"))
        self.assertEqual(self.shown("display-id-unicode"), MARKUP)
        self.nothing_was_made_of_it()
        # As news, and as an error.
        other = MARKUP.replace("x", "y", 1)
        self.type_into("display-id-unicode", "mine")
        self.write(("display-id-unicode", other))
        self.window.wait_for(lambda: other in self.error("display-id-unicode"), "the conflict")
        self.nothing_was_made_of_it()
        self.type_into("display-id-unicode", MARKUP)
        self.save()
        self.window.wait_for(lambda: MARKUP in self.error("display-id-unicode"), "that it is too long")
        self.nothing_was_made_of_it()

        self.window.open(self.path("settings/keys"))
        self.assertEqual(self.shown("key-label.2"), MARKUP)
        self.nothing_was_made_of_it()
        self.window.open(self.path("settings/?q=onerror"))
        self.assertIn(MARKUP, self.window.find("#found").text)
        self.nothing_was_made_of_it()
        self.window.open(self.path("settings/?q=" + "%3Cimg+src%3Dx%3E%22%3E"))
        self.assertEqual(self.window.find("#q").get_property("value"), '<img src=x>">')
        self.nothing_was_made_of_it()

        self.window.open(self.path(f"wire/{self.visitor().ladders('solicited')[-1]['number']}"))
        self.window.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        self.assertIn("onerror=alert(1)", self.window.find("#ladder").text)
        self.nothing_was_made_of_it()

    def nothing_was_made_of_it(self):
        self.assertEqual(self.window.find_all("main img, main b, [onerror]"), [])


if __name__ == "__main__":
    unittest.main()
