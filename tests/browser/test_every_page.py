"""What holds for all pages: nothing comes from elsewhere, nothing is wider than the window, all has a name."""

import unittest

from pages import PagesTest
from support import DESK_SIZE, PHONE_SIZE

LOG_IN = "login"
PAGES = {
    "phone": "",
    "settings": "settings/",
    "search": "settings/?q=display",
    "keys": "settings/keys",
    "section": "settings/display",
    "passwords": "settings/passwords",
    "network": "settings/network",
    "wire": "wire/",
    "ladder": "wire/1",
    "password": "password",
    "no-such-page": "none",
}

# Controls without a name, for whoever cannot see them.
NAMELESS = """
return [...document.querySelectorAll('input:not([type=hidden]), select, button, a, summary')].filter((one) => {
  const names = [...(one.labels ?? [])].map((label) => label.textContent).concat(one.textContent, one.ariaLabel ?? '');
  return !names.some((name) => name.trim());
}).map((one) => one.outerHTML)
"""
ORIGINS = """
const entries = performance.getEntriesByType('resource').map((one) => one.name);
const linked = [...document.querySelectorAll('[src], link[href], form[action]')].map((one) => one.src || one.href || one.action);
return [...new Set(entries.concat(linked).map((url) => new URL(url, location.href).origin))]
"""
DOUBLE_IDS = """
const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
return ids.filter((id, n) => ids.indexOf(id) !== n)
"""
INLINE = "return document.querySelectorAll('script:not([src]), style, [style], [onclick], [onload]').length"


class EveryPage(PagesTest):
    service_arguments = ("--defect", "nonce.echo")
    phone_arguments = ("--phones", "2")

    def each_page(self):
        """The addresses of all pages, by name; each with what the name of a test's part is."""
        yield "phones", self.url
        yield "log-in", self.path(LOG_IN)
        for name, rest in PAGES.items():
            yield name, self.path(rest)
        yield "rule", self.url + "rules/nonce.echo"

    def test_no_page_is_wider_than_a_phone_in_light_and_dark(self):
        self.enter()
        self.visitor().do("plug")
        for size, width in ((PHONE_SIZE, "phone"), (DESK_SIZE, "desk")):
            self.window.resize(size)
            for name, url in self.each_page():
                self.window.open(url)
                for dark in (False, True):
                    self.window.lights(dark)
                    with self.subTest(page=name, width=width, dark=dark):
                        self.assertFalse(self.window.overflows())
                    self.window.screenshot(f"{name}-{width}-{'dark' if dark else 'light'}")

    def test_dark_pages_have_light_text_on_dark_ground(self):
        self.enter()
        colours = "const of = getComputedStyle(document.body); return [of.color, of.backgroundColor]"
        light = self.window.run(colours)
        self.window.lights(True)
        dark = self.window.run(colours)
        brightness = [sum(int(part) for part in colour[4:-1].split(",")) for colour in light + dark]
        self.assertLess(brightness[0], brightness[1])
        self.assertGreater(brightness[2], brightness[3])

    def test_nothing_comes_from_another_server_and_nothing_is_inline(self):
        self.enter()
        own = self.url.rstrip("/")
        for name, url in self.each_page():
            with self.subTest(page=name):
                self.window.open(url)
                self.assertEqual(self.window.run(ORIGINS), [own])
                self.assertEqual(self.window.run(INLINE), 0)

    def test_every_control_has_a_name_and_every_page_a_title_a_heading_and_a_language(self):
        self.enter()
        titles = set()
        for name, url in self.each_page():
            with self.subTest(page=name):
                self.window.open(url)
                self.assertEqual(self.window.run(NAMELESS), [])
                self.assertEqual(self.window.run(DOUBLE_IDS), [])
                self.assertEqual(len(self.window.find_all("h1")), 1)
                self.assertEqual(len(self.window.find_all("main")), 1)
                self.assertEqual(self.window.find("html").get_attribute("lang"), "en")
                titles.add(self.window.driver.title)
        self.assertGreater(len(titles), 8)

    def test_nothing_of_a_page_is_kept_in_the_store_of_the_browser(self):
        self.enter("settings/passwords")
        kept = self.window.run("return [localStorage.length, sessionStorage.length, document.cookie]")
        self.assertEqual(kept, [0, 0, ""])


if __name__ == "__main__":
    unittest.main()
