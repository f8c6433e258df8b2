"""Who gets into the pages, and what he gets there."""

import unittest

from pages import PASSWORDS, PagesTest, PageVisitor, wait_until

SECTION_OF_ADMINISTRATOR = "settings/sip"


class LogIn(PagesTest):
    def test_the_administrator_logs_in_and_out(self):
        self.log_in()
        self.assertIn("administrator", self.window.find("header").text)
        self.button("logout").click()
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")
        self.window.open(self.path())
        self.assertIn("/login", self.window.driver.current_url)

    def test_who_logs_out_in_one_tab_is_out_in_the_others_and_back_in_them_with_the_next_log_in(self):
        self.log_in("settings/display")
        first = self.window.tab()
        had = self.shown("inactivity-timeout")
        self.window.open_tab(self.path())
        self.button("logout").click()
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")
        self.visitor().set(inactivity_timeout="13")
        second = self.window.tab()
        self.window.switch_to(first)
        self.window.wait_for(lambda: "logged out" in self.window.find("#away").text, "that it is logged out")
        self.assertEqual(self.shown("inactivity-timeout"), had)
        self.window.switch_to(second)
        self.type_password(PASSWORDS["administrator"], "administrator")
        self.window.wait_for(lambda: self.button("logout"))
        self.window.switch_to(first)
        self.window.wait_for(lambda: not self.window.find("#away").text, "that it is back")
        self.window.wait_for(lambda: self.shown("inactivity-timeout") == "13", "what it has missed")
        # The page has the token of the session that is over.
        self.type_into("inactivity-timeout", "14")
        self.save()
        self.window.wait_for(lambda: "open it anew" in self.said(), "that it cannot save")
        self.assertEqual(self.visitor().value("inactivity-timeout"), "13")

    def test_the_user_logs_in_and_sees_no_section_of_the_administrator(self):
        self.log_in("settings/", "user")
        self.assertTrue(self.window.find_all('a[href$="settings/keys"]'))
        self.assertFalse(self.window.find_all(f'a[href$="{SECTION_OF_ADMINISTRATOR}"]'))
        self.window.open(self.path())
        self.assertFalse(self.window.find_all('form[action$="/actions/reset"]'))

    def test_the_user_who_wants_a_section_of_the_administrator_is_asked_to_log_in_as_that(self):
        self.log_in("settings/", "user")
        self.window.open(self.path(SECTION_OF_ADMINISTRATOR))
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")
        self.assertTrue(self.window.find("[value=administrator]").is_selected())
        self.type_password(PASSWORDS["administrator"], "administrator")
        self.window.wait_for(lambda: self.window.find("form.settings"), "the section")
        self.assertEqual(self.window.driver.current_url, self.path(SECTION_OF_ADMINISTRATOR))

    def test_after_the_log_in_comes_the_page_that_was_wanted(self):
        self.log_in("settings/keys")
        self.assertTrue(self.window.find("form.settings"))

    def test_the_page_that_comes_after_the_log_in_is_one_of_the_phone(self):
        self.window.open(self.path("login?next=https://example.net/"))
        self.type_password(PASSWORDS["user"], "user")
        self.window.wait_for(lambda: self.button("logout"))
        self.assertEqual(self.window.driver.current_url, self.path())

    def test_a_wrong_password_is_refused(self):
        self.window.open(self.path())
        self.type_password("654321", "administrator")
        self.window.wait_for(lambda: "wrong" in self.window.find("[role=alert]").text, "a refusal")
        self.assertTrue(self.window.find("[value=administrator]").is_selected())
        self.window.open(self.path())
        self.assertIn("/login", self.window.driver.current_url)
        # The count starts over with the right one, so that other tests do not depend on this one.
        self.type_password(PASSWORDS["administrator"], "administrator")
        self.window.wait_for(lambda: self.button("logout"))

    def test_a_password_that_was_changed_is_the_one_that_counts(self):
        self.log_in("password", "user")
        for field, text in (("password", PASSWORDS["user"]), ("new", "112233"), ("again", "112234")):
            self.window.find(f"#{field}").send_keys(text)
        self.button("password").click()
        self.window.wait_for(lambda: "twice" in self.window.find("[role=alert]").text, "a refusal")
        for field, text in (("password", PASSWORDS["user"]), ("new", "112233"), ("again", "112233")):
            self.window.find(f"#{field}").send_keys(text)
        self.button("password").click()
        self.window.wait_for(lambda: "was changed" in self.window.find("[role=status]").text, "that it was changed")
        administrator = PageVisitor(self.url)
        wait_until(lambda: administrator.was_said("local-changes", '"user-pwd"'), "the password at the service")
        self.assertFalse(administrator.was_said("local-changes", "112233"), "the ladder shows the password")
        self.button("logout").click()
        self.window.wait_for(lambda: not self.window.find_all('form[action$="/logout"]'), "the log-in")
        self.window.open(self.path())
        self.type_password(PASSWORDS["user"], "user")
        self.window.wait_for(lambda: "wrong" in self.window.find("[role=alert]").text, "a refusal")
        self.type_password("112233", "user")
        self.window.wait_for(lambda: self.button("logout"))
        self.window.open(self.path("password"))
        for field, text in (("password", "112233"), ("new", PASSWORDS["user"]), ("again", PASSWORDS["user"])):
            self.window.find(f"#{field}").send_keys(text)
        self.button("password").click()
        self.window.wait_for(lambda: "was changed" in self.window.find("[role=status]").text, "that it was changed")


class Suspension(PagesTest):
    """Not among the others: nobody gets in any more."""

    def test_after_five_wrong_passwords_the_users_is_suspended_and_the_service_hears_of_it(self):
        administrator = PageVisitor(self.url)
        self.assertEqual(administrator.value("pwd-retries"), "5")
        self.window.open(self.path())
        for tried in range(1, 6):
            self.type_password("wrong", "user")
            self.window.wait_for(
                lambda: ("suspended" if tried == 5 else "is wrong.") in self.window.find("[role=alert]").text
                and not self.window.find("#password").get_property("value"),
                f"what is said to try {tried}",
            )
        self.type_password(PASSWORDS["user"], "user")
        self.window.wait_for(lambda: "The password is suspended" in self.window.find("[role=alert]").text)
        self.assertEqual(administrator.value("user-pwd-status"), "1")
        wait_until(
            lambda: administrator.was_said("local-changes", '<Item name="user-pwd-status">1</Item>'), "its local-changes"
        )
        wait_until(lambda: self.at_service.value(self.mac, "user-pwd-status") == "1", "the status at the service")
        # The service lifts it.
        self.at_service.write(self.mac, ("user-pwd-status", "0"))
        wait_until(lambda: administrator.value("user-pwd-status") == "0", "the status of the service")
        self.type_password(PASSWORDS["user"], "user")
        self.window.wait_for(lambda: self.button("logout"))


if __name__ == "__main__":
    unittest.main()
