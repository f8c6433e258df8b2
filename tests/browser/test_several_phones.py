"""One program plays several phones: the first page has them all, and each is a house of its own."""

import unittest

from pages import PASSWORDS, PagesTest, wait_until

IDS = ("phone-1", "phone-2", "phone-3")


class SeveralPhones(PagesTest):
    phone_arguments = ("--phones", "3")

    def rows(self):
        """The ids of those that are shown."""

        def shown():
            rows = self.window.find_all("#phones tbody tr")
            return [[row.get_attribute("id") for row in rows if row.is_displayed()]]

        return self.window.wait_for(shown)[0]

    def test_the_first_page_lists_them_without_a_log_in(self):
        self.window.open(self.url)
        self.assertEqual(self.rows(), [f"row-{one}" for one in IDS])
        for one in IDS:
            self.assertIn("OpenStage 60", self.window.text_of(f"#row-{one}"))

    def test_the_filter_leaves_those_that_have_its_words(self):
        self.window.open(self.url)
        number = self.visitor(phone="phone-2").phone()["number"]
        self.window.find("#filter").send_keys(number)
        self.assertEqual(self.rows(), ["row-phone-2"])
        # A row that changes is still none of those that are wanted.
        self.visitor(phone="phone-3").do("call")
        self.window.wait_for(
            lambda: "in a call" in self.window.find("#row-phone-3").get_property("textContent"), "the call"
        )
        self.assertEqual(self.rows(), ["row-phone-2"])
        self.visitor(phone="phone-3").do("hangup")
        self.window.find("#filter").clear()
        self.window.find("#filter").send_keys("PHONE-")
        self.assertEqual(len(self.rows()), 3)

    def test_the_row_of_a_phone_changes_while_it_is_looked_at(self):
        self.window.open(self.url)
        self.window.run("window.stayed = true")
        self.visitor(phone="phone-2").do("call")
        self.window.wait_for(lambda: "in a call" in self.window.find("#row-phone-2").text, "the call")
        self.assertNotIn("in a call", self.window.text_of("#row-phone-1"))
        self.visitor(phone="phone-2").do("hangup")
        self.window.wait_for(lambda: "in a call" not in self.window.find("#row-phone-2").text, "its end")
        self.assertTrue(self.window.run("return window.stayed"))
        self.window.click("#row-phone-2 a")
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")

    def test_each_phone_has_a_log_in_of_its_own(self):
        self.enter(phone="phone-1")
        self.window.open(self.path("settings/", "phone-2"))
        self.assertIn("/phones/phone-2/login", self.window.driver.current_url)
        self.type_password(PASSWORDS["user"], "user")
        self.window.wait_for(lambda: self.button("logout"))
        self.assertIn("user", self.window.find("header").text)
        # Who has logged in at another is still in at the first.
        self.window.open(self.path("settings/sip", "phone-1"))
        self.assertTrue(self.window.find("form.settings"))
        self.button("logout").click()
        self.window.wait_for(lambda: self.window.find("#phones"), "the first page")
        # That was the session of other tests too.
        self.visitors.pop(("administrator", "phone-1"))

    def test_a_change_of_one_is_none_of_the_others(self):
        second = self.visitor(phone="phone-2")
        self.enter("settings/display", phone="phone-1")
        had = self.shown("inactivity-timeout")
        second.set(inactivity_timeout="71")
        self.visitor().set(not_used_timeout="7")
        self.window.wait_for(lambda: self.shown("not-used-timeout") == "7", "its own change")
        self.assertEqual(self.shown("inactivity-timeout"), had)
        wait_until(lambda: second.was_said("local-changes", ">71<"), "the other's message")
        self.assertFalse(self.visitor().was_said("local-changes", ">71<"))


if __name__ == "__main__":
    unittest.main()
