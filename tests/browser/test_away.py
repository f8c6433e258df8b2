"""What pages say when their service, or the program itself, is not there."""

import re
import unittest

from pages import MEANT, PagesTest
from support import Phone, Service


class ServiceAway(PagesTest):
    def test_the_page_says_that_the_service_is_away_and_takes_it_back_when_it_is_there_again(self):
        self.enter()
        port = self.service_program.port
        self.service_program.end()
        self.visitor().set(inactivity_timeout="11")
        # The page puts the line there anew each time that it is told.
        self.window.wait_for(lambda: "service" in self.window.find("#away [role=alert]").text, "that it is away")
        self.assertNotEqual(self.visitor().phone()["away"], "")
        # A page that is opened meanwhile says it too.
        self.window.open(self.path("settings/"))
        self.window.wait_for(lambda: "service" in self.window.find("#away [role=alert]").text, "that it is away here too")

        again = Service(port=port)
        self.addCleanup(again.end)
        # The phone asks again after 5 s, then after 10 s.
        self.window.wait_for(lambda: not self.window.find("#away").text, "that it is there again")
        self.assertEqual(self.visitor().phone()["away"], "")

    @classmethod
    def _all_along(cls, thing):
        # The test ends the service itself.
        return thing if isinstance(thing, Service) else super()._all_along(thing)


class ProgramAway(PagesTest):
    # The browser asks a program that is not there.
    meant = re.compile(MEANT.pattern + "|net::ERR_")

    def test_a_page_whose_program_ended_says_so_and_has_to_be_opened_anew_when_that_is_back(self):
        self.enter("settings/display")
        port = self.phone_program.port
        self.phone_program.end()
        self.window.wait_for(lambda: "lost its phone" in self.window.find("#away [role=alert]").text, "that it is lost")
        self.type_into("inactivity-timeout", "12")
        self.save()
        self.window.wait_for(lambda: self.window.find("#said [role=alert]").text, "that it cannot be saved")

        again = Phone(self.service_program, port=port)
        self.addCleanup(again.end)
        # Nobody is logged in there.
        self.window.wait_for(lambda: "logged out" in self.window.find("#away").text, "that it is logged out")
        self.assertEqual(self.shown("inactivity-timeout"), "12")
        self.save()
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")
        self.type_password("123456", "administrator")
        self.window.wait_for(lambda: self.window.find("form.settings"), "the section again")
        self.assertEqual(self.window.driver.current_url, self.path("settings/display"))
        self.assertEqual(self.window.find("#away").text, "")

    @classmethod
    def _all_along(cls, thing):
        # The test ends the phone itself.
        return thing if isinstance(thing, Phone) else super()._all_along(thing)


if __name__ == "__main__":
    unittest.main()
