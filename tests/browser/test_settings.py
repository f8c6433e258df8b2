"""A setting is found, changed, refused and saved, and the service hears of it."""

import unittest

from pages import PagesTest, wait_until
from selenium.webdriver.common.keys import Keys


class Settings(PagesTest):
    def test_an_item_is_found_changed_and_saved_and_the_service_and_an_open_wire_page_hear_of_it(self):
        self.enter("wire/")
        wire = self.window.tab()
        lines = len(self.window.find_all("#wire > li"))
        self.window.open_tab(self.path("settings/"))
        self.window.find("#q").send_keys("inactivity-timeout", Keys.ENTER)
        self.window.click("#found [data-field=inactivity-timeout] a")
        self.window.wait_for(lambda: self.window.find("form.settings"), "the section")
        self.assertIn("#inactivity-timeout", self.window.driver.current_url)
        self.type_into("inactivity-timeout", "17")
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved: inactivity-timeout"), "that it was saved")
        self.window.wait_for(lambda: "set by the administrator" in self.who("inactivity-timeout"), "who set it")

        visitor = self.visitor()
        said = '<Item name="inactivity-timeout">17</Item>'
        ladder = wait_until(lambda: visitor.was_said("local-changes", said), "the message to the service")[-1]
        wait_until(lambda: self.at_service.value(self.mac, "inactivity-timeout") == "17", "the value at the service")

        self.window.switch_to(wire)
        line = f"#ladder-{ladder['number']} a"
        self.window.wait_for(lambda: "local-changes" in self.window.find(line).text, "its line")
        self.assertGreater(len(self.window.find_all("#wire > li")), lines)
        self.window.click(line)
        arrow = "#ladder .rungs details"
        self.window.click(arrow + " summary")
        self.window.wait_for(lambda: "inactivity-timeout" in self.window.find(arrow).text, "its body")
        self.assertTrue(self.window.find(arrow).get_property("open"))

    def test_a_value_out_of_range_is_refused_beside_its_field_and_a_right_one_is_saved(self):
        self.enter("settings/locality")
        visitor, field = self.visitor(), "sntp-tz-offset"
        had = visitor.value(field)
        self.type_into(field, "9999")
        self.save()
        self.window.wait_for(lambda: "-720..720" in self.error(field), "what is wrong")
        self.assertEqual(self.control(field).get_attribute("aria-invalid"), "true")
        self.assertEqual(self.window.driver.switch_to.active_element, self.control(field))
        self.assertIn(f"e-{field}", self.control(field).get_attribute("aria-describedby"))
        self.assertEqual(self.window.find("#said [role]").get_attribute("role"), "alert")
        self.assertEqual(visitor.value(field), had)

        self.type_into(field, "60" if had != "60" else "120")
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved"), "that it was saved")
        self.assertEqual(self.error(field), "")
        self.assertIsNone(self.control(field).get_attribute("aria-invalid"))
        self.assertEqual(visitor.value(field), self.shown(field))

    def test_of_several_changes_none_is_saved_where_one_is_wrong(self):
        self.enter("settings/locality")
        had = self.visitor().value("sntp-addr")
        self.type_into("sntp-addr", "time.example.net")
        self.type_into("sntp-tz-offset", "1000")
        self.save()
        self.window.wait_for(lambda: self.error("sntp-tz-offset"), "what is wrong")
        self.assertEqual(self.error("sntp-addr"), "")
        self.assertEqual(self.visitor().value("sntp-addr"), had)

    def test_nothing_is_said_to_the_service_where_nothing_is_different(self):
        self.enter("settings/locality")
        before = len(self.visitor().ladders("local-changes"))
        self.save()
        self.window.wait_for(lambda: "nothing was saved" in self.said(), "that nothing was saved")
        self.assertEqual(len(self.visitor().ladders("local-changes")), before)

    def test_a_key_gets_a_label_that_it_did_not_have(self):
        self.enter("settings/keys")
        self.window.find('[id="i-key-label-unicode"]').send_keys("3")
        self.type_into("key-label-unicode.new", "Büro")
        self.save()
        self.window.wait_for(lambda: self.shown("key-label-unicode.3") == "Büro", "the label")
        wait_until(lambda: self.visitor().was_said("local-changes", "Büro"), "the message to the service")
        self.window.open(self.path())
        self.window.wait_for(lambda: "Büro" in self.face(), "the label on the phone")

    def test_a_secret_is_saved_and_never_shown(self):
        self.enter("settings/identity")
        self.type_into("sip-pwd", "hidden-word")
        self.save()
        self.window.wait_for(lambda: self.said().startswith("Saved: sip-pwd"), "that it was saved")
        wait_until(lambda: self.visitor().was_said("local-changes", '"sip-pwd"'), "the message to the service")
        self.assertEqual(self.shown("sip-pwd"), "")
        for page in ("settings/identity", "settings/?q=sip-pwd", "wire/"):
            self.window.open(self.path(page))
            self.assertNotIn("hidden-word", self.window.driver.page_source, page)
        self.assertFalse(self.visitor().was_said("local-changes", "hidden-word"))

    def test_the_keyboard_alone_reaches_the_field_and_the_button_and_shows_where_it_is(self):
        self.enter("settings/display")
        self.press(Keys.TAB)
        self.assertEqual(self.focus().get_attribute("class"), "skip")
        self.assertTrue(self.focus_shows(), "the link to the content")
        self.press(Keys.ENTER)
        self.window.wait_for(lambda: self.window.driver.current_url.endswith("#main"), "the content")
        stops = self.press_until(lambda: self.focus().get_attribute("id") == "f-inactivity-timeout")
        # The link has skipped what is above the content.
        self.assertFalse([stop for stop in stops if (stop or "").endswith("/password")])
        self.press(Keys.CONTROL + "a" + Keys.NULL, "23")
        self.press_until(lambda: self.focus().tag_name == "button")
        self.press(Keys.ENTER)
        self.window.wait_for(lambda: self.said().startswith("Saved: inactivity-timeout"), "that it was saved")
        self.assertEqual(self.visitor().value("inactivity-timeout"), "23")

    def press(self, *keys):
        self.focus().send_keys(*keys)

    def focus(self):
        return self.window.driver.switch_to.active_element

    def focus_shows(self):
        return self.window.run(
            "const of = getComputedStyle(document.activeElement);"
            "return of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) > 0"
        )

    def press_until(self, condition):
        """Tabs until that is so, and sees to it that each stop is seen. Gives what the links on the way led to."""
        stops = []
        for _ in range(200):
            self.press(Keys.TAB)
            self.assertTrue(self.focus_shows(), self.focus().get_attribute("outerHTML"))
            if condition():
                return stops
            stops.append(self.focus().get_attribute("href"))
        raise AssertionError("it was not reached")


if __name__ == "__main__":
    unittest.main()
