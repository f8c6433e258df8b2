"""Certificates and Secure Mode, as the pages show them and as they change over."""

import base64
import pathlib
import ssl
import subprocess
import tempfile
import unittest

from pages import PASSWORDS, PagesTest, wait_until
from support import PATIENCE, program

PIN = "4711000815"


def certificate_for_pages(password=""):
    """A new one with its key, PKCS#12 in base64 as a service sends it."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = [program(), "certs", folder + "/pki"] + (["--password", password] if password else [])
        subprocess.run(wanted, check=True, capture_output=True, timeout=PATIENCE)
        (file,) = pathlib.Path(folder, "pki", "phones").glob("*.p12")
        return base64.b64encode(file.read_bytes()).decode()


class Secure(PagesTest):
    phone_arguments = ("--certificate-password", "geheim")

    def shown_now(self):
        """What a new connection to the pages is shown."""
        return ssl.get_server_certificate(("127.0.0.1", self.phone_program.port))

    def changes_over(self, certificate):
        before = self.shown_now()
        self.at_service.write(self.mac, ("wbm-server-certificate", certificate))
        wait_until(lambda: self.shown_now() != before, "the new certificate")

    def test_the_pages_change_over_to_a_new_certificate_and_no_open_page_is_dropped(self):
        self.enter("wire/")
        self.window.run("window.stayed = true; window.lost = 0")
        first = self.window.tab()
        self.window.open_tab(self.path("settings/display"))
        self.window.run("window.stayed = true")
        second = self.window.tab()
        for password in ("", "geheim"):
            self.changes_over(certificate_for_pages(password))
            # Both pages still follow: by what was open before, or by what they opened since.
            self.at_service.write(self.mac, ("inactivity-timeout", "37" if password else "36"))
            wait_until(lambda: self.visitor().value("inactivity-timeout") == ("37" if password else "36"))
            self.window.wait_for(lambda: self.shown("inactivity-timeout") == ("37" if password else "36"), "the value")
        self.assertTrue(self.window.run("return window.stayed"))
        self.window.switch_to(first)
        self.assertTrue(self.window.run("return window.stayed"))
        self.window.wait_for(lambda: self.window.text().count("solicited") >= 4, "the interactions")
        self.window.switch_to(second)
        # The session goes on, on new connections too.
        self.window.open(self.path("settings/display"))
        self.window.wait_for(lambda: self.button("logout"))

    def test_one_that_cannot_be_opened_changes_nothing(self):
        before = self.shown_now()
        self.at_service.write(self.mac, ("wbm-server-certificate", certificate_for_pages("another")))
        wait_until(lambda: self.visitor().was_said("reply-to", "wbm-server-certificate") or any(
            "wbm-server-certificate" in str(one) for one in self.visitor().ladders("solicited")), "the refusal")
        self.assertEqual(self.shown_now(), before)


class Bootstrap(PagesTest):
    def job(self, **wanted):
        reply = self.at_service.ask("POST", f"/api/phones/{self.mac}/jobs", wanted)
        self.assertEqual(reply.status, 201, reply.text)
        return reply.json()["id"]

    def enter_pin(self, pin):
        self.window.find("#argument-pin").send_keys(pin)
        page = self.window.find("body")
        self.button("actions/pin").click()
        self.window.wait_for(lambda: self.window.find("body") != page and self.window.find("#face"), "the answer")

    def test_the_pin_is_asked_for_entered_and_the_phone_is_in_secure_mode(self):
        self.enter()
        self.job(kind="bootstrap-pin", pin=PIN)
        self.window.wait_for(lambda: "PIN" in self.face(), "that it asks")
        self.window.screenshot("secure-pin-asked")
        self.enter_pin("0000000000")
        self.window.wait_for(lambda: "PIN" in self.face(), "that it asks again")
        self.window.screenshot("secure-pin-wrong")
        self.enter_pin(PIN)
        self.window.wait_for(lambda: "Secure Mode" in self.face() and "asks" not in self.face(), "Secure Mode")
        wait_until(
            lambda: any(rung.get("secure") for one in self.visitor().ladders("start-up") for rung in one["rungs"]),
            "a start-up with both certificates",
        )
        self.window.screenshot("secure-on")
        self.window.open(self.path("wire/"))
        self.window.wait_for(lambda: self.window.find_all("main details, main a"), "the record")
        self.window.screenshot("secure-wire")
        self.assertNotIn(PIN[:-3], self.window.driver.page_source)
        self.assertNotIn(PASSWORDS["administrator"], self.window.text())


if __name__ == "__main__":
    unittest.main()
