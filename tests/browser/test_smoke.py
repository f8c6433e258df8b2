"""That the browser, the service and a phone come together."""

import unittest

from support import DESK_SIZE, PHONE_SIZE, BrowserTest, has_pages


class Smoke(BrowserTest):
    def test_the_browser_shows_what_the_service_knows_of_a_phone(self):
        service = self.service()
        phone = self.phone(service, pages=False)
        phone.wait_for("← CleanUp")
        browser = self.browser().open(service.url + "/api/phones")
        browser.wait_for_text(phone.mac)
        browser.screenshot("smoke-service")

    def test_the_browser_has_the_size_and_the_lights_that_were_wanted(self):
        browser = self.browser(size=PHONE_SIZE, dark=True)
        browser.open("data:text/html,<p>page")
        dark = "return matchMedia('(prefers-color-scheme: dark)').matches"
        self.assertEqual(tuple(browser.driver.execute_script("return [innerWidth, innerHeight]")), PHONE_SIZE)
        self.assertTrue(browser.driver.execute_script(dark))
        browser.lights(dark=False)
        browser.resize(DESK_SIZE)
        browser.open("data:text/html,<p>other page")
        self.assertFalse(browser.driver.execute_script(dark))
        self.assertEqual(browser.driver.execute_script("return innerWidth"), DESK_SIZE[0])

    @unittest.skipUnless(has_pages(), "the program serves no pages of phones")
    def test_a_phone_has_pages(self):
        phone = self.phone(self.service())
        browser = self.browser(size=PHONE_SIZE).open(phone.url)
        browser.wait_for(lambda: browser.driver.title, "a title")
        browser.screenshot("smoke-pages")


if __name__ == "__main__":
    unittest.main()
