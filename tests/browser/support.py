"""Programs and browsers for tests that look at pages as people do.

UNDERSTUDY_PROGRAM     the built program
UNDERSTUDY_SCREENSHOTS a folder for pictures; without it none are kept
"""

import atexit
import base64
import functools
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import unittest

from selenium import webdriver
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20  # seconds, for anything that is to come

CHROMIUM = "/usr/bin/chromium"
CHROMEDRIVER = "/usr/bin/chromedriver"
PHONE_SIZE = (390, 844)
DESK_SIZE = (1280, 900)


def program():
    return os.environ["UNDERSTUDY_PROGRAM"]


def has_pages():
    """Whether the program serves pages of phones."""
    said = subprocess.run([program(), "phone", "--help"], capture_output=True, text=True, check=True)
    return "--wbm" in said.stdout


class Program:
    """The program beside the test. end() fails where it did not end well: a sanitizer complained, or it crashed."""

    def __init__(self, *arguments):
        self.arguments = [program(), *arguments]
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, encoding="utf-8"
        )
        self._lines = []
        self._more = threading.Condition()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._introduce()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    good_ends = (0, 130)

    def _introduce(self):
        """Reads what the program says first."""

    def _read(self):
        for line in self._process.stdout:
            with self._more:
                self._lines.append(line.rstrip("\n"))
                self._more.notify_all()
        with self._more:
            self._over = True
            self._more.notify_all()

    def type(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait_for(self, pattern):
        """The match in the first line that has one, of those that came and are to come."""

        def found():
            return next((match for line in self._lines if (match := re.search(pattern, line))), None)

        with self._more:
            self._more.wait_for(lambda: found() or self._over, PATIENCE)
            match = found()
            if not match:
                raise AssertionError(f"{self.arguments} did not say {pattern!r}:\n{self.said()}")
        return match

    def said(self):
        self._errors.seek(0)
        return "\n".join(self._lines) + "\n" + self._errors.read()

    def end(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = f"none: it did not end in {PATIENCE} s"
            self._process.wait()
        self._reader.join(PATIENCE)
        said = self.said()
        self._process.stdin.close()
        self._process.stdout.close()
        self._errors.close()
        complained = "Sanitizer" in said or "runtime error:" in said
        if status not in self.good_ends or complained:
            raise AssertionError(f"{self.arguments} ended with status {status}:\n{said}")


class Service(Program):
    """Our own provisioning service, at `url`. Where `port` is none, it takes a free one."""

    def __init__(self, *arguments, port=0):
        super().__init__("service", "--port", str(port), *arguments)

    def _introduce(self):
        self.url = self.wait_for(r"provisioning service on (https://\S+)")[1]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.wait_for("Ctrl-C")


class Phone(Program):
    """A phone that calls that service. Its pages, where it has them, are at `url`, which ends in a slash."""

    # 1: a rule was broken, which is for other tests.
    good_ends = (0, 1, 130)

    def __init__(self, service, *arguments, pages=True, port=0):
        wbm = ["--wbm", f"127.0.0.1:{port}"] if pages else []
        self.has_pages = pages
        super().__init__("phone", "--service", service.url, "--door-port", "0", *wbm, *arguments)

    def _introduce(self):
        self.mac = self.wait_for(r"((?:[0-9A-F]{2}:){5}[0-9A-F]{2})")[1]
        self.url = self.wait_for(r"pages are (https://\S+)")[1] if self.has_pages else None
        self.port = int(self.url.rstrip("/").rsplit(":", 1)[1]) if self.has_pages else None
        self.wait_for("type help")


class Browser:
    """Chromium without a window, which knows this machine alone."""

    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(prefix="understudy-browser-", ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-quic",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            "--ignore-certificate-errors",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            f"--user-data-dir={self._profile.name}",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Driver(CHROMEDRIVER, log_path=os.devnull), options=options)
        self.driver.set_page_load_timeout(PATIENCE)

    def resize(self, size):
        """To a page of that width and height, in CSS pixels."""
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def lights(self, dark):
        value = "dark" if dark else "light"
        self._tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def open(self, url):
        self.driver.get(url)
        return self

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def find_all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self):
        return self.find("body").text

    def run(self, script, *arguments):
        """What that script gives: "return document.title"."""
        return self.driver.execute_script(script, *arguments)

    def open_tab(self, url):
        """Another tab, which is driven from now on. With the tab that it gives switch_to() comes back to it."""
        self.driver.switch_to.new_window("tab")
        self.open(url)
        return self.tab()

    def tab(self):
        return self.driver.current_window_handle

    def switch_to(self, tab):
        self.driver.switch_to.window(tab)

    def forget(self, size=DESK_SIZE, dark=False):
        """As if it had been started anew: one empty tab, no cookies, no complaints."""
        first, *others = self.driver.window_handles
        for tab in others:
            self.switch_to(tab)
            self.driver.close()
        self.switch_to(first)
        self.allow_scripts(True)
        self.open("about:blank")
        self._tell("Network.clearBrowserCookies")
        self.resize(size)
        self.lights(dark)
        self.complaints()
        return self

    def bake(self, name, value, url):
        """A cookie as the pages set theirs."""
        self._tell("Network.setCookie", name=name, value=value, url=url, path="/", secure=True, httpOnly=True, sameSite="Strict")

    def allow_scripts(self, allow):
        self._tell("Emulation.setScriptExecutionDisabled", value=not allow)

    def wait_for(self, condition, what="what was waited for"):
        """What `condition` gives as soon as it is true; elements that are not there, or not any more, are not yet."""
        wait = WebDriverWait(
            self.driver,
            PATIENCE,
            poll_frequency=0.05,
            ignored_exceptions=(NoSuchElementException, StaleElementReferenceException),
        )
        try:
            return wait.until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"{what} did not come in {PATIENCE} s; at {self.driver.current_url}:\n{self.text()}") from None

    def text_of(self, css):
        """Of the first such element, also where the page puts another in its place just then."""
        return self.wait_for(lambda: (self.find(css).text,), css)[0]

    def click(self, css):
        self.wait_for(lambda: [self.find(css).click()], css)

    def wait_for_text(self, text):
        self.wait_for(lambda: text in self.text(), repr(text))

    def complaints(self):
        """What the browser wrote to its console as warning or error since the last time: scripts that fail, policies
        that were broken, answers that were none."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]

    def overflows(self):
        """Whether the page is wider than its window."""
        return self.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def screenshot(self, name):
        """The whole page, in UNDERSTUDY_SCREENSHOTS if that is set."""
        folder = os.environ.get("UNDERSTUDY_SCREENSHOTS")
        if not folder:
            return
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        picture = self._tell("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        pathlib.Path(folder, name + ".png").write_bytes(base64.b64decode(picture["data"]))

    def end(self):
        self.driver.quit()
        self._profile.cleanup()

    def _tell(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)


@functools.cache
def the_browser():
    """One for all tests of a run, as each takes seconds to start; forget() stands between two tests."""
    browser = Browser()
    atexit.register(browser.end)
    return browser


class BrowserTest(unittest.TestCase):
    """What a test starts here ends with it; a program that ends badly fails the test."""

    def service(self, *arguments):
        return self._until_the_end(Service(*arguments))

    def phone(self, service, *arguments, pages=True):
        return self._until_the_end(Phone(service, *arguments, pages=pages))

    def browser(self, size=DESK_SIZE, dark=False):
        return the_browser().forget(size, dark)

    def _until_the_end(self, thing):
        self.addCleanup(thing.end)
        return thing
