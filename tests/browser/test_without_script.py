"""Every page and form works without script too."""

import unittest

from pages import PASSWORDS, PagesTest


class WithoutScript(PagesTest):
    def setUp(self):
        super().setUp()
        self.window.allow_scripts(False)

    def section(self):
        self.window.open(self.path("settings/locality"))
        self.type_password(PASSWORDS["administrator"], "administrator")
        self.window.wait_for(lambda: self.window.find("form.settings"), "the section")

    def saved(self):
        return self.window.wait_for(lambda: self.said(), "what became of it")

    def test_a_setting_is_changed_and_saved(self):
        self.section()
        self.type_into("sntp-addr", "time.example.net")
        self.save()
        self.assertIn("Saved", self.saved())
        self.assertEqual(self.shown("sntp-addr"), "time.example.net")
        self.assertEqual(self.visitor().value("sntp-addr"), "time.example.net")

    def test_a_wrong_value_is_said_beside_its_field_and_what_was_typed_is_kept(self):
        self.section()
        had = self.visitor().value("sntp-addr")
        self.type_into("sntp-addr", "other.example.net")
        self.type_into("sntp-tz-offset", "9999")
        self.save()
        self.assertIn("Nothing was saved", self.saved())
        self.assertIn("-720..720", self.error("sntp-tz-offset"))
        self.assertEqual(self.control("sntp-tz-offset").get_attribute("aria-invalid"), "true")
        self.assertEqual(self.shown("sntp-tz-offset"), "9999")
        self.assertEqual(self.shown("sntp-addr"), "other.example.net")
        self.assertEqual(self.visitor().value("sntp-addr"), had)
        self.type_into("sntp-tz-offset", "90")
        self.save()
        self.window.wait_for(lambda: "Saved" in self.said(), "that it was saved")
        self.assertEqual(self.visitor().value("sntp-addr"), "other.example.net")
        self.assertEqual(self.visitor().value("sntp-tz-offset"), "90")

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self):
        self.section()
        self.visitor().set(sntp_addr="theirs.example.net")
        self.type_into("sntp-addr", "mine.example.net")
        self.save()
        self.assertIn("Nothing was saved", self.saved())
        self.assertIn("meanwhile", self.error("sntp-addr"))
        self.assertEqual(self.shown("sntp-addr"), "theirs.example.net")
        self.assertEqual(self.visitor().value("sntp-addr"), "theirs.example.net")
        self.type_into("sntp-addr", "mine.example.net")
        self.save()
        self.window.wait_for(lambda: "Saved" in self.said(), "that it was saved")
        self.assertEqual(self.visitor().value("sntp-addr"), "mine.example.net")

    def test_actions_and_ladders_work(self):
        self.window.open(self.path())
        self.type_password(PASSWORDS["administrator"], "administrator")
        self.window.wait_for(lambda: self.button("actions/call")).click()
        self.window.wait_for(lambda: "in a call" in self.face(), "the call")
        self.button("actions/hangup").click()
        self.window.wait_for(lambda: "in a call" not in self.face(), "its end")
        self.window.open(self.path("wire/"))
        lines = self.window.find_all("#wire > li a")
        lines[-1].click()
        arrow = self.window.wait_for(lambda: self.window.find("#ladder details summary"), "its arrows")
        arrow.click()
        self.window.wait_for(lambda: "ReasonForContact" in self.window.find("#ladder").text, "its body")


if __name__ == "__main__":
    unittest.main()
