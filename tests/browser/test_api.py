"""That openapi.json says what the pages' API does: every answer is one that it describes, and nothing else is answered."""

import http.client
import json
import re
import ssl
import unittest
import urllib.parse

import jsonschema

from support import PATIENCE, BrowserTest

METHODS = ("get", "post", "patch", "delete")
PASSWORDS = {"user": "000000", "administrator": "123456"}


class Description:
    """openapi.json, as the program says it."""

    def __init__(self, document):
        self.document = document
        self._resolver = jsonschema.RefResolver("", document)

    def resolved(self, value):
        while "$ref" in value:
            value = self._resolver.resolve(value["$ref"])[1]
        return value

    def operations(self):
        """(path template, method, operation) of each."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def operation(self, method, path):
        """That of a real path; None where it is none."""
        for template, its_method, operation in self.operations():
            pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
            if its_method == method and re.fullmatch(pattern, path):
                return operation
        return None

    def check(self, instance, schema):
        jsonschema.Draft202012Validator(schema, resolver=self._resolver).validate(instance)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.type = response.getheader("Content-Type", "").partition(";")[0]
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Client:
    """A program that asks the API. Where it has a description, each answer has to be one of those that it describes."""

    def __init__(self, url, description=None):
        self.parts = urllib.parse.urlsplit(url)
        self.description = description
        self.cookie = self.token = None

    def connect(self):
        insecure = ssl.create_default_context()
        insecure.check_hostname = False
        insecure.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(self.parts.netloc, timeout=PATIENCE, context=insecure)

    def headers(self, more=None):
        headers = {}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.token:
            headers["X-Token"] = self.token
        return {**headers, **(more or {})}

    def ask(self, method, target, body=None, **more):
        connection = self.connect()
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method.upper(), target, data, self.headers({"Content-Type": "application/json", **more}))
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        if self.description:
            self._check(method, target, answer)
        return answer

    def _check(self, method, target, answer):
        what = f"{method} {target}: {answer.status} {answer.body[:300]!r}"
        operation = self.description.operation(method, urllib.parse.urlsplit(target).path)
        if not operation:
            assert answer.status == 404, f"{what}: it is in no description, and answered"
            return
        assert str(answer.status) in operation["responses"], f"{what}: the description lacks the status"
        content = self.description.resolved(operation["responses"][str(answer.status)]).get("content")
        if content is None:
            assert answer.body == b"", what
            return
        assert answer.type in content, f"{what}: the description lacks {answer.type}"
        said = answer.json() if answer.type == "application/json" else answer.body.decode()
        self.description.check(said, content[answer.type]["schema"])

    def log_in(self, role, phone="phone-1"):
        answer = self.ask("post", f"/api/phones/{phone}/session", {"role": role, "password": PASSWORDS[role]})
        assert answer.status == 200, answer.body
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.token = answer.json()["token"]
        return self


class ApiTest(BrowserTest):
    def setUp(self):
        self.phone_program = self.phone(self.service())
        self.description = Description(self.anybody(checked=False).ask("get", "/api/openapi.json").json())
        phones = self.anybody().ask("get", "/api/phones").json()
        self.base = "/api/phones/" + phones[0]["id"]

    def anybody(self, checked=True):
        return Client(self.phone_program.url, self.description if checked else None)

    def logged_in(self, role="administrator"):
        return self.anybody().log_in(role, self.base.rpartition("/")[2])

    def wait_for_interaction(self):
        self.phone_program.wait_for("CleanUp")


class TheDescription(ApiTest):
    def test_is_openapi_whose_schemas_and_references_hold(self):
        document = self.description.document
        self.assertRegex(document["openapi"], r"^3\.1\.")
        for schema in document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

        def references(value):
            if isinstance(value, dict):
                if "$ref" in value:
                    yield value["$ref"]
                value = list(value.values())
            if isinstance(value, list):
                for one in value:
                    yield from references(one)

        used = set(references(document))
        for reference in used:
            self.description.resolved({"$ref": reference})
        for kind in ("schemas", "responses", "parameters"):
            for name in document["components"][kind]:
                self.assertIn(f"#/components/{kind}/{name}", used, "is used nowhere")

    def test_says_each_operation_in_full(self):
        names = [operation["operationId"] for _, _, operation in self.description.operations()]
        self.assertEqual(len(names), len(set(names)))
        for path, method, operation in self.description.operations():
            with self.subTest(path=path, method=method):
                parameters = self.description.document["paths"][path].get("parameters", []) + operation.get("parameters", [])
                in_path = {one["name"] for one in map(self.description.resolved, parameters) if one["in"] == "path"}
                self.assertEqual(in_path, set(re.findall(r"\{([^}]*)\}", path)))
                self.assertIn("security", operation)
                if method != "get":
                    changes = [{"session": [], "token": []}]
                    self.assertEqual(operation["security"], [] if operation["operationId"] == "logIn" else changes)


class TheApi(ApiTest):
    def example(self, template, client):
        """A path of that template at which something is."""
        number = client.ask("get", self.base + "/interactions").json()[0]["number"]
        values = {"phone": self.base.rpartition("/")[2], "name": "key-label", "number": str(number), "action": "call"}
        return re.sub(r"\{([^}]*)\}", lambda match: values[match[1]], template)

    def test_answers_every_operation_of_its_description(self):
        client = self.logged_in()
        self.wait_for_interaction()
        bodies = {"logIn": {"role": "administrator", "password": "123456"}, "changeItems": []}
        operations = sorted(self.description.operations(), key=lambda one: one[1] == "delete")  # logging out comes last
        for template, method, operation in operations:
            if operation["operationId"] in ("followPhone", "logIn"):
                continue  # others do these
            with self.subTest(template=template, method=method):
                good = min(operation["responses"])
                answer = client.ask(method, self.example(template, client), bodies.get(operation["operationId"]))
                self.assertEqual(str(answer.status), good, answer.body)

    def test_answers_nothing_else(self):
        client = self.logged_in()
        self.wait_for_interaction()
        templates = [template for template in self.description.document["paths"] if template != "/api/openapi.json"]
        paths = {self.example(template, client) for template in templates}
        paths |= {path + "/" for path in paths} | {path + "/more" for path in paths}
        paths |= {path.rpartition("/")[0] for path in paths} - {""}
        known = 0
        for path in sorted(paths):
            for method in METHODS:
                if self.description.operation(method, path):
                    known += 1
                else:
                    with self.subTest(path=path, method=method):
                        self.assertEqual(client.ask(method, path, {}).status, 404)  # checks that it is not there
        self.assertGreaterEqual(known, len(list(self.description.operations())) - 1)

    def test_knows_no_other_methods(self):
        client = self.anybody(checked=False)
        for method in ("PUT", "OPTIONS", "HEAD"):
            answer = client.ask(method, "/api/phones")
            self.assertEqual(answer.status, 405)
            self.assertEqual(answer.headers["Allow"], "GET, POST, PATCH, DELETE")

    def test_refuses_as_described(self):
        nobody, user = self.anybody(), self.logged_in("user")
        session = self.base + "/session"
        self.assertEqual(nobody.ask("get", self.base + "/items").status, 401)
        self.assertEqual(nobody.ask("get", "/api/phones/nobody/items").status, 404)
        self.assertEqual(nobody.ask("post", session, {"role": "boss"}).status, 400)
        self.assertEqual(nobody.ask("post", session, b"{").status, 400)
        self.assertEqual(nobody.ask("post", session, {"role": "user", "password": "no"}).status, 403)
        self.assertEqual(nobody.ask("post", session, {}, Origin="https://elsewhere.example").status, 403)
        self.assertEqual(nobody.ask("post", session, b"", **{"Content-Length": str(1024 * 1024 + 1)}).status, 413)
        self.assertEqual(nobody.ask("get", "/api/phones", Host="elsewhere.example").status, 421)
        self.assertEqual(user.ask("get", self.base + "/items/hostname").status, 403)
        self.assertEqual(user.ask("get", self.base + "/items/no-such-item").status, 403)  # it could be an administrator's
        self.assertEqual(user.ask("get", self.base + "/interactions/99999").status, 404)
        self.assertEqual(user.ask("patch", self.base + "/items", [{"name": "hostname", "value": "x"}]).status, 422)
        self.assertEqual(user.ask("patch", self.base + "/items", {}).status, 400)
        self.assertEqual(user.ask("post", self.base + "/actions/reset").status, 403)
        self.assertEqual(user.ask("post", self.base + "/actions/logon").status, 422)
        self.assertEqual(user.ask("post", self.base + "/actions/hangup").status, 409)
        user.token = None
        self.assertEqual(user.ask("post", self.base + "/actions/call").status, 403)
        self.assertEqual(user.ask("delete", session).status, 403)

    def test_shows_what_changed_and_who_did_it(self):
        client = self.logged_in()
        wishes = [{"name": "key-label", "index": 3, "value": "Türe <3>"}, {"name": "sip-pwd", "value": "swordfish"}]
        answer = client.ask("patch", self.base + "/items", wishes)
        self.assertEqual(answer.json(), {"changed": ["key-label[3]", "sip-pwd"], "errors": []})
        label = next(one for one in client.ask("get", self.base + "/items/key-label").json() if one.get("index") == 3)
        self.assertEqual((label["value"], label["set_by"]), ("Türe <3>", "administrator"))
        (secret,) = client.ask("get", self.base + "/items/sip-pwd").json()
        self.assertTrue(secret["set"])
        items = client.ask("get", self.base + "/items").json()
        sections = {section["key"] for section in client.ask("get", self.base + "/sections").json()}
        self.assertEqual({item["section"] for item in items} - sections, set())
        few = client.ask("get", self.base + "/items?section=keys").json()
        self.assertEqual([item for item in items if item["section"] == "keys"], few)

    def test_shows_what_was_said(self):
        client = self.logged_in()
        self.wait_for_interaction()
        client.ask("post", self.base + "/actions/call")
        listed = client.ask("get", self.base + "/interactions").json()
        for one in listed:
            whole = client.ask("get", f"{self.base}/interactions/{one['number']}").json()
            self.assertEqual(whole["number"], one["number"])
        self.assertEqual(client.ask("get", f"{self.base}/interactions?after={listed[-1]['number']}").json(), [])

    def test_tells_events_as_described(self):
        client = self.logged_in()
        self.wait_for_interaction()
        operation = self.description.operation("get", self.base + "/events")
        schemas = operation["responses"]["200"]["content"]["text/event-stream"]["x-events"]
        connection = client.connect()
        self.addCleanup(connection.close)
        connection.request("GET", self.base + "/events", headers=client.headers())
        stream = connection.getresponse()
        self.assertEqual(stream.getheader("Content-Type"), "text/event-stream")
        client.ask("post", self.base + "/actions/call")
        client.ask("patch", self.base + "/items", [{"name": "key-label", "index": "3", "value": "Door"}])
        missing = {"items", "face", "wire"}
        last = name = None
        while missing:
            line = stream.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.assertTrue(last is None or int(line[4:]) > last)
                last = int(line[4:])
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                self.description.check(json.loads(line[6:]), schemas[name])
                missing.discard(name)


if __name__ == "__main__":
    unittest.main()
