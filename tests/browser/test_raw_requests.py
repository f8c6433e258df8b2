"""What a program gets that asks for more than a browser would. No browser here."""

import http.client
import socket
import ssl
import time
import unittest

from pages import PASSWORDS, PageVisitor, Visitor, wait_until
from support import PATIENCE, BrowserTest, Phone, Service

PAGE = "/phones/phone-1/"
API = "/api/phones/phone-1"
ITEMS = API + "/items"
CHANGE = [{"name": "inactivity-timeout", "value": "33"}]
CONTEXT = ssl._create_unverified_context()


class RawTest(BrowserTest):
    """One service and program with two phones for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        service = Service()
        cls.addClassCleanup(service.end)
        cls.phones = Phone(service, "--phones", "2")
        cls.addClassCleanup(cls.phones.end)
        # What a service writes at the start-up would come between.
        for phone in ("phone-1", "phone-2"):
            cls.phones.wait_for(f"{phone} +← CleanUp")
        cls.host = f"127.0.0.1:{cls.phones.port}"

    def nobody(self):
        return Visitor(self.phones.url)

    def visitor(self, phone="phone-1", role="administrator"):
        return PageVisitor(self.phones.url, phone, role)

    def connect(self):
        connection = CONTEXT.wrap_socket(socket.create_connection(("127.0.0.1", self.phones.port), PATIENCE))
        self.addCleanup(connection.close)
        return connection

    def say(self, text):
        """What comes back for these bytes until the server closes, or has said its head."""
        connection = self.connect()
        came = b""
        try:
            connection.sendall(text.encode() if isinstance(text, str) else text)
            while b"\r\n\r\n" not in came and (block := connection.recv(4096)):
                came += block
        except (ConnectionError, ssl.SSLError):
            pass
        return came.decode("latin-1")


class Names(RawTest):
    def test_a_request_under_another_name_is_misdirected(self):
        for name in ("example.net", "127.0.0.1", "127.0.0.1:1", f"example.net:{self.phones.port}", self.host + ".", ""):
            with self.subTest(name=name):
                self.assertEqual(self.nobody().ask("GET", "/", Host=name).status, 421)
        self.assertIn(" 421 ", self.say("GET / HTTP/1.0\r\n\r\n").splitlines()[0])
        self.assertEqual(self.nobody().ask("GET", "/", Host=f"localhost:{self.phones.port}").status, 200)

    def test_a_page_of_another_origin_changes_nothing(self):
        visitor = self.visitor()
        for origin in ("https://example.net", "null", "http://" + self.host, f"https://{self.host}.example.net"):
            with self.subTest(origin=origin):
                reply = visitor.ask("PATCH", ITEMS, CHANGE, X_Token=visitor.token, Origin=origin)
                self.assertEqual(reply.status, 403)
                reply = self.nobody().send_form(PAGE + "login", {"role": "user", "password": "000000"}, Origin=origin)
                self.assertEqual(reply.status, 403)
        self.assertNotEqual(visitor.value("inactivity-timeout"), "33")
        own = visitor.ask("PATCH", ITEMS, CHANGE, X_Token=visitor.token, Origin="https://" + self.host)
        self.assertEqual(own.status, 200)

    def test_no_other_page_may_read_what_is_answered(self):
        reply = self.nobody().ask("GET", "/api/phones", Origin="https://example.net")
        self.assertIsNone(reply.headers["Access-Control-Allow-Origin"])
        self.assertEqual(reply.headers["Cross-Origin-Resource-Policy"], "same-origin")


class SessionsAndTokens(RawTest):
    def test_without_the_token_of_the_session_nothing_changes(self):
        visitor, other = self.visitor(), self.visitor()
        for token in (None, "", "0" * 64, other.token, visitor.token[:-1]):
            with self.subTest(token=token):
                self.assertEqual(visitor.ask("PATCH", ITEMS, CHANGE, X_Token=token).status, 403)
                self.assertEqual(visitor.ask("POST", API + "/actions/call", {}, X_Token=token).status, 403)
                fields = {} if token is None else {"token": token}
                self.assertEqual(visitor.send_form(PAGE + "actions/call", fields).status, 403)
                self.assertEqual(visitor.send_form(PAGE + "settings/display", fields).status, 403)
                self.assertEqual(visitor.send_form(PAGE + "logout", fields).status, 403)
        self.assertFalse(visitor.phone()["in_call"])
        self.assertNotEqual(visitor.value("inactivity-timeout"), "33")

    def test_the_cookie_is_for_this_host_over_https_and_not_for_scripts(self):
        form = {"role": "user", "password": PASSWORDS["user"]}
        for reply in (self.nobody().send_form(PAGE + "login", form), self.nobody().ask("POST", API + "/session", form)):
            name, *attributes = [part.strip() for part in reply.headers["Set-Cookie"].split(";")]
            self.assertTrue(name.startswith("__Host-"))
            self.assertGreaterEqual(len(name.split("=")[1]), 32)
            self.assertEqual(set(attributes), {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"})

    def test_an_id_from_before_the_log_in_is_worth_nothing_after_it(self):
        visitor = self.visitor(role="user")
        old = visitor.cookie
        reply = visitor.ask("POST", API + "/session", {"role": "administrator", "password": PASSWORDS["administrator"]})
        self.assertNotIn(old, reply.headers["Set-Cookie"])
        self.assertEqual(visitor.ask("GET", ITEMS).status, 401)
        invented = "__Host-understudy=" + "a" * 64
        visitor.cookie = invented
        form = {"role": "user", "password": PASSWORDS["user"]}
        self.assertNotIn(invented, visitor.send_form(PAGE + "login", form).headers["Set-Cookie"])

    def test_who_logs_out_is_out(self):
        visitor = self.visitor()
        self.assertEqual(visitor.send_form(PAGE + "logout", {"token": visitor.token}).status, 303)
        self.assertEqual(visitor.ask("GET", ITEMS).status, 401)
        visitor = self.visitor()
        self.assertEqual(visitor.ask("DELETE", API + "/session", X_Token=visitor.token).status, 204)
        self.assertEqual(visitor.ask("GET", ITEMS).status, 401)

    def test_the_session_of_one_phone_is_none_of_another(self):
        visitor = self.visitor("phone-1")
        other = "/api/phones/phone-2"
        for path in ("", "/items", "/interactions", "/interactions/1", "/events", "/files"):
            self.assertEqual(visitor.ask("GET", other + path).status, 401, path)
        self.assertEqual(visitor.ask("PATCH", other + "/items", CHANGE, X_Token=visitor.token).status, 401)
        self.assertEqual(visitor.ask("POST", other + "/actions/call", {}, X_Token=visitor.token).status, 401)
        for page in ("", "settings/", "settings/sip", "wire/", "wire/1", "password"):
            reply = visitor.ask("GET", "/phones/phone-2/" + page)
            self.assertEqual((reply.status, "/login?next=" in reply.headers["Location"]), (303, True), page)
        reply = visitor.send_form("/phones/phone-2/actions/call", {"token": visitor.token})
        self.assertIn("/phones/phone-2/login", reply.headers["Location"])
        self.assertFalse(self.visitor("phone-2").phone()["in_call"])

    def test_nobody_sees_a_phone_without_a_log_in(self):
        nobody = self.nobody()
        for path in ("", "/items", "/items/e164", "/interactions", "/interactions/1", "/events", "/sections", "/files"):
            self.assertEqual(nobody.ask("GET", API + path).status, 401, path)
        self.assertEqual(nobody.ask("GET", PAGE + "events").status, 401)
        for page in ("", "settings/", "settings/keys", "settings/?q=a", "wire/", "wire/1", "wire/1?part=ladder", "password"):
            self.assertEqual(nobody.ask("GET", PAGE + page).status, 303, page)

    def test_a_user_neither_sees_nor_changes_what_is_the_administrators(self):
        user = self.visitor(role="user")
        self.assertEqual(user.ask("GET", ITEMS + "/sntp-addr").status, 403)
        self.assertNotIn("sntp-addr", {item["name"] for item in user.get(ITEMS)})
        self.assertIn("inactivity-timeout", {item["name"] for item in user.get(ITEMS)})
        reply = user.ask("PATCH", ITEMS, [{"name": "sntp-addr", "value": "mine"}], X_Token=user.token)
        self.assertEqual(reply.status, 422)
        form = {"token": user.token, "v.sntp-addr": "mine"}
        self.assertEqual(user.send_form(PAGE + "settings/locality", form).status, 403)
        self.assertEqual(user.send_form(PAGE + "settings/display", form).status, 303)
        self.assertEqual(user.send_form(PAGE + "actions/reset", {"token": user.token}).status, 403)
        self.assertNotEqual(self.visitor().value("sntp-addr"), "mine")
        self.assertNotIn('data-field="sntp-addr"', user.ask("GET", PAGE + "settings/?q=sntp-addr").text)

    def test_secrets_are_in_no_answer(self):
        visitor = self.visitor()
        visitor.set(sip_pwd="hidden-word")
        wait_until(lambda: visitor.was_said("local-changes", '"sip-pwd"'), "the message to the service")
        for path in (ITEMS, ITEMS + "/sip-pwd", PAGE, PAGE + "settings/identity", PAGE + "settings/?q=sip-pwd"):
            self.assertNotIn("hidden-word", visitor.ask("GET", path).text, path)
        for one in visitor.get(API + "/interactions"):
            for path in (f"{API}/interactions/{one['number']}", f"{PAGE}wire/{one['number']}"):
                self.assertNotIn("hidden-word", visitor.ask("GET", path).text, path)

    def test_after_the_log_in_nobody_is_sent_elsewhere(self):
        form = {"role": "user", "password": PASSWORDS["user"]}
        for wanted in ("https://example.net/", "//example.net/", "/\\example.net", PAGE + "\r\nX-More: 1", "javascript:1"):
            with self.subTest(wanted=wanted):
                reply = self.nobody().send_form(PAGE + "login", form | {"next": wanted})
                self.assertEqual((reply.status, reply.headers["Location"]), (303, PAGE))
                self.assertIsNone(reply.headers["X-More"])


class Events(RawTest):
    def events(self, visitor, path):
        """The stream's lines, as they come, for as long as a test is patient."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.phones.port, timeout=PATIENCE, context=CONTEXT)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers={"Cookie": visitor.cookie})
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")
        limit = time.monotonic() + PATIENCE
        while line := response.readline():
            if time.monotonic() > limit:
                raise AssertionError("the stream goes on and does not say it")
            yield line.decode().rstrip("\n")

    def test_events_come_to_whom_is_logged_in_and_a_user_hears_nothing_of_the_administrators_items(self):
        administrator, user = self.visitor(), self.visitor(role="user")
        streams = [self.events(one, PAGE + "events") for one in (administrator, user)]
        for stream in streams:
            self.assertTrue(next(stream).startswith("retry:"))
        administrator.set(voice_mail_e164="4930555")
        while "4930555" not in next(streams[0]):
            pass
        administrator.set(inactivity_timeout="44")
        while '"44"' not in (line := next(streams[1])):
            self.assertNotIn("4930555", line)

    def test_events_end_with_the_session(self):
        visitor, other = self.visitor(), self.visitor()
        stream = self.events(visitor, PAGE + "events")
        self.assertTrue(next(stream).startswith("retry:"))
        visitor.ask("DELETE", API + "/session", X_Token=visitor.token)
        other.set(inactivity_timeout="45")
        self.assertNotIn('"45"', "".join(stream))


class Answers(RawTest):
    def test_every_answer_says_that_nothing_may_come_from_elsewhere_or_inline(self):
        visitor = self.visitor()
        asked = ("/", PAGE, PAGE + "login", PAGE + "wire/1", PAGE + "none", "/none", "/style.css", "/page.js", "/rules/x")
        replies = [visitor.ask("GET", path) for path in asked + (ITEMS, "/api/none", "/api/phones")]
        replies.append(visitor.ask("GET", "/", Host="example.net"))
        replies.append(visitor.ask("POST", PAGE + "logout"))
        replies.append(visitor.ask("PUT", PAGE))
        for reply in replies:
            policy = dict(part.strip().split(" ", 1) for part in reply.headers["Content-Security-Policy"].split(";"))
            self.assertEqual(policy["default-src"], "'none'")
            self.assertEqual(policy["frame-ancestors"], "'none'")
            self.assertEqual(policy["base-uri"], "'none'")
            self.assertEqual({source for part in policy.values() for source in part.split()}, {"'none'", "'self'"})
            self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(reply.headers["X-Frame-Options"], "DENY")
        for path in (PAGE, ITEMS, PAGE + "settings/passwords"):
            self.assertEqual(visitor.ask("GET", path).headers["Cache-Control"], "no-store")

    def test_a_body_that_is_too_large_is_refused(self):
        visitor = self.visitor()
        head = f"PATCH {ITEMS} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {visitor.cookie}\r\nX-Token: {visitor.token}\r\n"
        self.assertIn(" 413 ", self.say(head + "Content-Length: 2000000\r\n\r\n").splitlines()[0])
        self.assertIn(" 413 ", self.say(head + "Content-Length: 99999999999\r\n\r\n").splitlines()[0])
        chunk = "10000\r\n" + "x" * 65536 + "\r\n"
        self.assertIn(" 413 ", self.say(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk * 17).splitlines()[0])

    def test_what_is_no_json_is_refused_in_words(self):
        visitor = self.visitor()
        for body in ("", "{", "[1]", '{"name": 1}', "[" * 5000, '[{"name": "inactivity-timeout"}]', "\udc80".encode("utf-8", "surrogateescape")):
            with self.subTest(body=body[:20]):
                reply = visitor.ask("PATCH", ITEMS, body, X_Token=visitor.token)
                self.assertEqual(reply.status, 400)
                self.assertTrue(reply.json()["error"])

    def test_strange_addresses_and_methods_are_answered_in_peace(self):
        visitor = self.visitor()
        for path in ("//", "/%", "/%00", "/phones/%2e%2e/", "/phones/phone-1%2F..%2Fphone-2/", "/phones/phone-1/../phone-2/",
                     PAGE + "wire/-1", PAGE + "wire/99999999999999999999999", PAGE + "settings/%3Cscript%3E", "/phones/" + "x" * 9000,
                     PAGE + "settings/?q=" + "%22" * 3000):
            with self.subTest(path=path[:60]):
                reply = visitor.ask("GET", path)
                self.assertIn(reply.status, (200, 303, 400, 404, 414))
                self.assertNotIn("<script>", reply.text)
        for method in ("PUT", "OPTIONS", "TRACE", "CONNECT", "x" * 30):
            with self.subTest(method=method):
                self.assertTrue(400 <= self.nobody().ask(method, PAGE).status < 500)
        self.assertEqual(visitor.ask("GET", PAGE).status, 200)

    def test_garbage_is_no_request_and_does_no_harm(self):
        for text in ("\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", b"\x00\xff" * 500 + b"\r\n\r\n", "GET / HTTP/1.1\r\n" + "A: b\r\n" * 5000 + "\r\n",
                     "GET / HTTP/1.1\r\nHost: " + "x" * 100000 + "\r\n\r\n", f"PATCH {ITEMS} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: -1\r\n\r\n"):
            with self.subTest(text=text[:30]):
                self.assertRegex(self.say(text), r"^(HTTP/\d\.\d [45]\d\d |$)")
        with socket.create_connection(("127.0.0.1", self.phones.port), PATIENCE) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            try:
                self.assertNotIn(b"HTTP/", plain.recv(100))
            except ConnectionResetError:
                pass
        self.assertEqual(self.nobody().ask("GET", "/").status, 200)

    def test_connections_that_say_nothing_or_half_of_it_keep_nobody_else_waiting(self):
        silent = [socket.create_connection(("127.0.0.1", self.phones.port), PATIENCE) for _ in range(100)]
        for connection in silent:
            self.addCleanup(connection.close)
        for _ in range(100):
            self.connect().sendall(b"GET / HTTP/1.1\r\nHost: 127")
        began = time.monotonic()
        self.assertEqual(self.visitor().ask("GET", PAGE).status, 200)
        # They are closed after 10 s: it was not that.
        self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    unittest.main()
