"""What can be done with a phone, and that the page shows what came of it."""

import unittest

from pages import PagesTest, wait_until


class Actions(PagesTest):
    service_arguments = ("--mobile-user", "4711:secret")

    def act(self, action, argument=None):
        if argument:
            self.window.find(f"#argument-{action}").send_keys(argument)
        page = self.window.find("body")
        self.button(f"actions/{action}").click()
        # The answer is another page.
        self.window.wait_for(lambda: self.window.find("body") != page and self.window.find("#face"), "the answer")

    def refused(self):
        return [alert.text for alert in self.window.find_all("main [role=alert]")]

    def test_a_call_makes_the_phone_busy_and_ends(self):
        self.enter()
        self.act("call")
        self.window.wait_for(lambda: "in a call" in self.face(), "the call")
        self.assertTrue(self.visitor().phone()["in_call"])
        self.act("call")
        self.assertIn("in a call already", self.refused()[0])
        # What the service wants meanwhile waits for the end of the call.
        self.at_service.write(self.mac, ("not-used-timeout", "5"))
        wait_until(lambda: any("busy" in str(one) for one in self.visitor().ladders("solicited")), "that it is busy")
        self.act("hangup")
        self.window.wait_for(lambda: "in a call" not in self.face(), "the end of the call")
        wait_until(lambda: self.visitor().value("not-used-timeout") == "5", "what the service wanted")
        self.act("hangup")
        self.assertIn("no call", self.refused()[0])

    def test_what_others_do_with_the_phone_is_shown_without_loading_the_page_anew(self):
        self.enter()
        self.window.run("window.stayed = true")
        self.visitor().do("call")
        self.window.wait_for(lambda: "in a call" in self.face(), "the call")
        self.phone_program.type("hangup")
        self.window.wait_for(lambda: "in a call" not in self.face(), "the end of the call")
        self.assertTrue(self.window.run("return window.stayed"))

    def test_a_module_brings_its_keys_and_takes_them_away(self):
        self.enter()
        without = len(self.window.find_all("#face li"))
        self.act("plug")
        self.window.wait_for(lambda: "1 key module" in self.face(), "the module")
        self.assertGreater(len(self.window.find_all("#face li")), without)
        wait_until(lambda: self.visitor().was_said("inventory-changes", "key-modules"), "the message to the service")
        self.act("unplug")
        self.window.wait_for(lambda: "key module" not in self.face(), "that it is gone")
        self.assertEqual(len(self.window.find_all("#face li")), without)
        self.act("unplug")
        self.assertIn("no module", self.refused()[0])

    def test_a_restart_is_shown_and_the_phone_starts_up_again(self):
        self.enter()
        before = len(self.visitor().ladders("start-up"))
        newest = int(self.window.find("#wire > li").get_attribute("id").removeprefix("ladder-"))
        self.act("restart")
        self.window.wait_for(lambda: "restarts" in self.window.find(f"#wire > #ladder-{newest + 1}").text, "the restart")
        self.window.wait_for(lambda: "start-up" in self.window.find(f"#wire > #ladder-{newest + 2}").text, "the start-up")
        self.window.wait_for(lambda: "idle" in self.face(), "that it is there again")
        self.assertEqual(len(self.visitor().ladders("start-up")), before + 1)

    def test_a_mobile_user_logs_on_and_off(self):
        self.visitor().set(mobility_enabled="true")
        self.enter()
        self.act("logon", "4711:secret")
        self.window.wait_for(lambda: "a mobile user is logged on" in self.face(), "the user")
        self.window.wait_for(lambda: "idle" in self.face(), "the end of it")
        self.assertEqual(self.visitor().phone()["number"], "4711")
        self.assertIn("4711", self.face())
        self.assertFalse(self.visitor().was_said("inventory-changes", "secret"), "the ladder shows the password")
        self.act("logoff")
        self.window.wait_for(lambda: "no mobile user" in self.face(), "that he is gone")
        self.window.wait_for(lambda: "idle" in self.face(), "the end of it")
        self.assertNotEqual(self.visitor().phone()["number"], "4711")

    def test_an_action_that_cannot_be_is_refused_in_words(self):
        self.enter()
        self.act("poll")
        self.assertIn("does not poll", self.refused()[0])
        argument = self.window.find("#argument-logon")
        argument.send_keys("nobody")
        self.act("logon")
        self.assertIn("NUMBER:PASSWORD", self.refused()[0])

    def test_a_factory_reset_by_the_administrator_puts_items_back_and_an_open_section_shows_it(self):
        visitor = self.visitor()
        factory = visitor.value("inactivity-timeout")
        visitor.set(inactivity_timeout="77")
        self.enter("settings/display")
        section = self.window.tab()
        self.assertEqual(self.shown("inactivity-timeout"), "77")
        self.window.run("window.stayed = true")
        self.window.open_tab(self.path())
        self.act("reset")
        self.window.wait_for(lambda: "idle" in self.face(), "that it is there again")
        self.window.switch_to(section)
        self.window.wait_for(lambda: self.shown("inactivity-timeout") == (factory or ""), "the factory's value")
        self.assertTrue(self.window.run("return window.stayed"))
        self.assertNotIn("set by", self.who("inactivity-timeout"))
        self.assertEqual(visitor.value("inactivity-timeout"), factory)

    def test_a_user_cannot_reset_the_phone(self):
        self.enter("", "user")
        self.assertFalse(self.window.find_all('form[action$="/actions/reset"]'))
        reply = self.visitor("user").ask(
            "POST", "/api/phones/phone-1/actions/reset", {}, X_Token=self.visitor("user").token
        )
        self.assertEqual(reply.status, 403)


if __name__ == "__main__":
    unittest.main()
