"""Phones as users of a Locust master, from its web page: started, seen, stopped and started again."""

import pathlib
import socket
import subprocess
import tempfile
import unittest

from support import PATIENCE, BrowserTest, Program, program

PLAN = """<plan xmlns="urn:understudy:plan:1" phones="20">
  <do behaviour="start-up" weight="1" wait="500ms"/>
  <do behaviour="local-change" weight="1" wait="1s"/>
  <steady rate="1/s" for="1s"/>
</plan>
"""


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Worker(Program):
    good_ends = (1, 130)  # a rule is broken


class Master:
    """Locust's own, with its page at `url`."""

    def __init__(self, locustfile):
        self.port, page = free_port(), free_port()
        self.url = f"http://127.0.0.1:{page}/"
        self._process = subprocess.Popen(
            ["/usr/bin/locust", "-f", locustfile, "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(self.port)]
            + ["--web-host", "127.0.0.1", "--web-port", str(page)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in self._process.stderr:
            if "Starting Locust" in line:
                return
        raise AssertionError("Locust did not start")

    def end(self):
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE)


class Locust(BrowserTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.plan = pathlib.Path(folder.name) / "plan.xml"
        self.plan.write_text(PLAN)
        locustfile = self.plan.with_name("locustfile.py")
        locustfile.write_text(subprocess.run([program(), "load", "--plan", self.plan, "--locustfile"], check=True, capture_output=True, text=True).stdout)
        self.broken = self.service("--defect", "nonce.echo")
        self.master = self._until_the_end(Master(locustfile))
        for _ in range(2):
            self._until_the_end(Worker("load", "--locust", f"127.0.0.1:{self.master.port}", "--plan", str(self.plan), "--door-port", "0"))
        self.window = self.browser()
        self.window.open(self.master.url)
        self.window.wait_for(lambda: self.window.text_of("#workerCount") == "2", "two workers")

    def enter(self, **values):
        for name, value in values.items():
            self.window.run("document.getElementById(arguments[0]).value = arguments[1]", name, str(value))

    def requests(self):
        """Of the last row of the table: all that was done."""
        cells = [cell.text for cell in self.window.find_all("#stats tr.total td")]
        return int(cells[2]) if len(cells) > 2 and cells[2] else 0

    def users(self):
        return self.window.text_of("#userCount")

    def test_users_are_spawned_from_the_page_their_broken_rule_is_a_failure_and_they_stop_and_come_again(self):
        self.enter(user_count=6, spawn_rate=6, host=self.broken.url)
        self.window.click("#swarm_form button[type=submit]")
        self.window.wait_for(lambda: self.users() == "6", "six users")
        self.window.wait_for(lambda: self.requests() >= 6, "what they did")
        for name in ("start-up", "local-change"):
            self.window.wait_for_text(name)
        self.window.screenshot("locust-statistics")
        self.window.run("Array.from(document.querySelectorAll('ul.tabs a')).find(each => each.textContent == 'Failures').click()")
        self.window.wait_for_text("nonce.echo")
        self.window.wait_for_text("The nonce is none that the phone sent.")
        self.window.screenshot("locust-failures")
        self.window.click("#box_stop a")
        self.window.wait_for(lambda: self.window.text_of("#status_text") == "STOPPED", "the end")
        self.window.wait_for(lambda: self.window.text_of("#workerCount") == "2", "the workers, ready again")
        self.window.click("#new-test")
        self.enter(user_count=4, spawn_rate=4)
        self.window.click("#swarm_form button[type=submit]")
        self.window.wait_for(lambda: self.users() == "4", "four users")


if __name__ == "__main__":
    unittest.main()
