"""A service, a phone and a browser at its pages, for the tests that look at them."""

import http.client
import json
import re
import ssl
import time
import urllib.parse

from support import PATIENCE, BrowserTest, Phone, Service, the_browser

PASSWORDS = {"administrator": "123456", "user": "000000"}  # the factory's

# The browser writes each answer that is not 2xx to its console. These are meant.
MEANT = re.compile(r"the server responded with a status of (401|403|404|409|422)\b")


def wait_until(condition, what="what was waited for"):
    """What `condition` gives as soon as it is true. For what no browser shows."""
    limit = time.monotonic() + PATIENCE
    while not (given := condition()):
        if time.monotonic() > limit:
            raise AssertionError(f"{what} did not come in {PATIENCE} s")
        time.sleep(0.02)
    return given


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode("utf-8", "replace")

    def json(self):
        return json.loads(self.text)


class Visitor:
    """Asks a server as a program does, without a browser: an address such as https://127.0.0.1:8443/."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        parts = urllib.parse.urlsplit(url)
        self._place = (parts.hostname, parts.port)
        self.cookie = None
        self.token = None

    def ask(self, method, path, body=None, **headers):
        """Names of headers are written with underscores. A body that is no text is sent as JSON."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            headers.setdefault("Content_Type", "application/json")
        said = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if self.cookie:
            said.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPSConnection(
            *self._place, timeout=PATIENCE, context=ssl._create_unverified_context()
        )
        try:
            connection.request(method, path, body, said)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def send_form(self, path, fields, **headers):
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        return self.ask("POST", path, urllib.parse.urlencode(fields), **headers)

    def get(self, path):
        reply = self.ask("GET", path)
        if reply.status != 200:
            raise AssertionError(f"{path} answers {reply.status}: {reply.text}")
        return reply.json()


class PageVisitor(Visitor):
    """Somebody at one phone's pages, logged in by their API."""

    def __init__(self, url, phone="phone-1", role="administrator"):
        super().__init__(url)
        self._base = f"/api/phones/{phone}"
        reply = self.ask("POST", f"{self._base}/session", {"role": role, "password": PASSWORDS[role]})
        if reply.status != 200:
            raise AssertionError(f"no log-in: {reply.status} {reply.text}")
        self.cookie = reply.headers["Set-Cookie"].split(";")[0]
        self.token = reply.json()["token"]

    def phone(self):
        return self.get(self._base)

    def value(self, name, index=None):
        """Nothing where the phone holds no such item, or keeps its value secret."""
        found = self.ask("GET", f"{self._base}/items/{name}")
        of_index = [item for item in found.json() if item.get("index") == index] if found.status == 200 else []
        return of_index[0].get("value") if of_index else None

    def set(self, **items):
        """Names of items are written with underscores."""
        wishes = [{"name": name.replace("_", "-"), "value": value} for name, value in items.items()]
        reply = self.ask("PATCH", f"{self._base}/items", wishes, X_Token=self.token)
        if reply.status != 200:
            raise AssertionError(f"not set: {reply.text}")

    def do(self, action, argument=""):
        body = {"argument": argument} if argument else {}
        reply = self.ask("POST", f"{self._base}/actions/{action}", body, X_Token=self.token)
        if reply.status != 202:
            raise AssertionError(f"{action} was not done: {reply.text}")

    def ladders(self, reason):
        """The interactions with that reason, the oldest first, with all that was said in them."""
        listed = self.get(f"{self._base}/interactions")
        return [self.get(f"{self._base}/interactions/{one['number']}") for one in listed if one["reason"] == reason]

    def was_said(self, reason, text):
        """The interactions with that reason in which the phone said that."""

        def says(ladder):
            return any(text in rung.get("request", {}).get("body", "") for rung in ladder["rungs"])

        return [ladder for ladder in self.ladders(reason) if says(ladder)]


class ServiceVisitor(Visitor):
    """Somebody who wants something of the service."""

    def write(self, mac, *items):
        """Has the service write items, (name, value) or (name, value, index); when it did is for the caller to see."""
        fields = ("name", "value", "index")
        job = {"kind": "write", "items": [dict(zip(fields, item)) for item in items]}
        reply = self.ask("POST", f"/api/phones/{mac}/jobs", job)
        if reply.status != 201:
            raise AssertionError(f"no job: {reply.text}")

    def value(self, mac, name):
        """What the service believes the phone has."""
        return next((item["value"] for item in self.get(f"/api/phones/{mac}/items") if item["name"] == name), None)


class PagesTest(BrowserTest):
    """One service and phone for all tests of a class. A test begins logged out, in one tab; it fails where the
    browser complained of a page."""

    service_arguments = ()
    phone_arguments = ()
    # Of whatever the browser complains then.
    meant = MEANT

    @classmethod
    def setUpClass(cls):
        cls.service_program = cls._all_along(Service(*cls.service_arguments))
        # Without a gap the service may ask for the phone as often as it has something for it.
        cls.phone_program = cls._all_along(Phone(cls.service_program, "--contact-gap", "0s", *cls.phone_arguments))
        cls.url = cls.phone_program.url
        cls.mac = cls.phone_program.mac
        cls.at_service = ServiceVisitor(cls.service_program.url)
        cls.visitors = {}
        cls.window = the_browser()
        cls.phone_program.wait_for("← CleanUp")

    @classmethod
    def _all_along(cls, thing):
        cls.addClassCleanup(thing.end)
        return thing

    def setUp(self):
        self.window.forget()

    def tearDown(self):
        complaints = [text for text in self.window.complaints() if not self.meant.search(text)]
        self.assertEqual(complaints, [])

    def path(self, rest="", phone="phone-1"):
        return f"{self.url}phones/{phone}/{rest}"

    def log_in(self, rest="", role="administrator", phone="phone-1"):
        """Opens a page of the phone, by way of the log-in."""
        self.window.open(self.path(rest, phone))
        self.type_password(PASSWORDS[role], role)
        self.window.wait_for(lambda: self.window.driver.current_url == self.path(rest, phone), f"the page {rest!r}")
        self.window.wait_for(lambda: self.button("logout"))

    def enter(self, rest="", role="administrator", phone="phone-1"):
        """The same without the log-in's page, which takes time."""
        name, value = self.visitor(role, phone).cookie.split("=")
        self.window.bake(name, value, self.url)
        self.window.open(self.path(rest, phone))
        self.window.wait_for(lambda: self.button("logout"))

    @classmethod
    def visitor(cls, role="administrator", phone="phone-1"):
        """Somebody else with the session that enter() uses."""
        if (role, phone) not in cls.visitors:
            cls.visitors[role, phone] = PageVisitor(cls.url, phone, role)
        return cls.visitors[role, phone]

    def type_password(self, password, role):
        self.window.wait_for(lambda: self.window.find("#password"), "the log-in")
        self.window.find(f'[name=role][value="{role}"]').click()
        self.window.find("#password").send_keys(password)
        self.button("login").click()

    def button(self, end):
        """The button of the form that is sent to an address with that end."""
        return self.window.find(f'form[action$="/{end}"] button')

    def control(self, field):
        return self.window.find(f'[id="f-{field}"]')

    def error(self, field):
        return self.window.text_of(f'[id="e-{field}"]')

    def who(self, field):
        return self.window.text_of(f'[id="w-{field}"]')

    def shown(self, field):
        return self.control(field).get_property("value")

    def type_into(self, field, text):
        self.control(field).clear()
        self.control(field).send_keys(text)

    def save(self):
        self.window.find("form.settings .save button").click()

    def said(self):
        return self.window.text_of("#said")

    def face(self):
        return self.window.text_of("#face")
