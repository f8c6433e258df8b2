"""From a day of 200 phones to the shortest scenario, for twenty and more bugs of a service.

Our own service with one defect is put under load, the recorder between both. Of what was recorded the judge names the rule and a phone,
a scenario is made of that phone, all phones are played again, and the scenario is shrunk until nothing goes any more. What is left must
show that rule and no other (but for those that docs/defects.md lists as its consequences), in at most 15 lines of steps, and pass on a
service without the defect.

Usage: field_bugs.py UNDERSTUDY FOLDER [DEFECT...]     the files go to FOLDER, a table in Markdown to standard output
"""

import concurrent.futures
import json
import pathlib
import re
import signal
import subprocess
import sys
import threading

MOST_LINES = 15
PHONES = 200
AT_ONCE = 3

# Each shows in what the phones of DAY do.
DEFECTS = [
    "http.status/error-page",
    "http.content-type/html",
    "http.content-length/short",
    "http.framing/folded",
    "http.no-chunked/large",
    "session.cookie/none",
    "session.cookie-secure/both",
    "xml.well-formed/raw-ampersand",
    "xml.root/lower-case",
    "xml.no-doctype/entity",
    "xml.entities-v1/amp",
    "nonce.echo/lower-case",
    "action.known/singular",
    "action.read-items-empty/values",
    "flow.every-reason/inventory-changes",
    "http.not-empty/local-changes",
    "flow.phone-clean-up/reads",
    "fragment.next-requested/goes-on",
    "fragment.all-taken/asks-again",
    "busy.send-solicited/plain",
    "busy.not-old-firmware/asks",
    "item.range/timer",
    "item.unique/ringer",
    "item.model/ninth-key",
]

DAY = """<plan xmlns="urn:understudy:plan:1" phones="200">
  <population model="OpenStage 60" weight="30"/>
  <population model="OpenStage 80" quirk="small-fragments" weight="20"/>
  <population model="OpenStage 40" firmware="V2 R2" weight="30"/>
  <population model="OpenStage 20" firmware="V1 R4" weight="20"/>
  <do behaviour="start-up" weight="3"/>
  <do behaviour="local-change" weight="3"/>
  <do behaviour="call.xml" weight="2"/>
  <do behaviour="module.xml" weight="1"/>
  <do behaviour="reset.xml" weight="1"/>
  <do behaviour="clean-up.xml" weight="1"/>
  <steady rate="20/s" for="15s"/>
</plan>
"""

ACTS = {
    "call": "<factory-reset>\n      <call-begins/>\n    </factory-reset>\n    <call-ends/>",
    "module": '<inventory-change modules="1"/>',
    "reset": "<factory-reset/>",
    "clean-up": '<factory-reset>\n      <expect>\n        <answer reason="clean-up"/>\n      </expect>\n    </factory-reset>',
}

SCENARIO = """<scenario xmlns="urn:understudy:scenario:1" summary="{name}">
  <steps>
    {steps}
  </steps>
</scenario>
"""


class Wrong(Exception):
    """A step of the proof did not come out."""


def consequences(understudy):
    """Rules that a defect breaks besides its own, by its name."""
    table = subprocess.run([understudy, "defects", "list", "--format", "markdown"], capture_output=True, text=True, check=True).stdout
    out = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and re.fullmatch(r"`[a-z0-9.-]+/[^`]+`", cells[1]):
            out[cells[1].strip("`")] = set(re.findall(r"`([a-z0-9-]+\.[a-z0-9-]+)`", cells[3]))
    return out


class Background:
    """A program that says where it listens, until it is interrupted."""

    def __init__(self, words, log):
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = ""
        self.url = None
        for line in self.process.stdout:
            said += line
            if found := re.search(r"https://[^\s/]+:\d+", line):
                self.url = found.group()
                break
        if not self.url:
            raise Wrong(f"{words[1]} does not listen: {said}")
        # What else it says is kept, and never stands in its way.
        self.reader = threading.Thread(target=lambda: pathlib.Path(log).write_text(said + self.process.stdout.read()))
        self.reader.start()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.reader.join()


def lines_of_steps(path):
    text = pathlib.Path(path).read_text()
    inside = text[text.index("<steps>") + len("<steps>") : text.index("</steps>")]
    return sum(1 for line in inside.splitlines() if line.strip())


def prove(understudy, folder, defect, also):
    rule = defect.split("/")[0]
    here = folder / defect.replace("/", "_")
    here.mkdir(parents=True, exist_ok=True)

    def call(*words, expect):
        ran = subprocess.run([understudy, *map(str, words)], capture_output=True, text=True)
        (here / f"{words[0]}.txt").write_text(" ".join(map(str, words)) + "\n" + ran.stdout + ran.stderr)
        if ran.returncode not in expect:
            raise Wrong(f"{words[0]} ended with {ran.returncode}: {(ran.stderr or ran.stdout).strip()[-300:]}")
        return ran

    (here / "day.xml").write_text(DAY)
    for name, steps in ACTS.items():
        (here / f"{name}.xml").write_text(SCENARIO.format(name=name, steps=steps))
    day = here / "day.jsonl"

    service = Background([understudy, "service", "--port", "0", "--defect", defect], here / "service.log")
    clean = Background([understudy, "service", "--port", "0"], here / "clean.log")
    try:
        recorder = Background(
            [understudy, "record", "--listen", "127.0.0.1:0", "--service", service.url, "--transcript", str(day)], here / "record.log")
        try:
            call("load", recorder.url, "--plan", here / "day.xml", "--door-port", 0, "--seed", 7, expect=(0, 1, 5, 6))
        finally:
            recorder.end()

        call("judge", day, "--json", here / "judged.json", expect=(0, 1))
        found = [each for each in json.loads((here / "judged.json").read_text())["findings"] if each["rule"] == rule]
        if not found:
            raise Wrong("the judge does not find it in the recording")
        phone = found[0]["phone"]

        call("scenario-from", day, "--phone", phone, "--new-phone", "--out", here / "bug.xml", expect=(0,))
        again = call("replay", day, "--service", service.url, "--new-phones", "--seed", 99, "--speed", "fast", "--door-port", 0, expect=(0, 1))
        now = call("replay", day, "--service", clean.url, "--new-phones", "--seed", 98, "--speed", "fast", "--door-port", 0, expect=(0, 1))
        shrunk = call("shrink", here / "bug.xml", "--service", service.url, "--until", rule, "--door-port", 0, "--out", here / "smallest.xml",
                      expect=(0,))
        runs = int(re.search(r"after (\d+) runs", shrunk.stderr).group(1))

        call("run", here / "smallest.xml", "--service", service.url, "--door-port", 0, "--seed", 5001, "--json", here / "shown.json", expect=(0, 1))
        shown = {each["id"] for each in json.loads((here / "shown.json").read_text())["rules"] if each["outcome"] == "deviated"}
        passes = call("run", here / "smallest.xml", "--service", clean.url, "--door-port", 0, "--seed", 5002, expect=(0, 1))

        row = {
            "defect": defect,
            "before": lines_of_steps(here / "bug.xml"),
            "after": lines_of_steps(here / "smallest.xml"),
            "runs": runs,
            "same": differences(again.stdout),
            "clean": differences(now.stdout),
            "wrong": [],
        }
        if rule not in shown:
            row["wrong"].append("the smallest does not show it")
        if others := shown - {rule} - also:
            row["wrong"].append("it shows " + ", ".join(sorted(others)) + " too")
        if row["after"] > MOST_LINES:
            row["wrong"].append(f"more than {MOST_LINES} lines")
        if passes.returncode != 0:
            row["wrong"].append("the smallest does not pass without the defect")
        return row
    finally:
        service.end()
        clean.end()


def differences(text):
    found = re.search(r"^(\d+|no) differences?", text, re.MULTILINE)
    return "?" if not found else 0 if found.group(1) == "no" else int(found.group(1))


def main():
    understudy, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    also = consequences(understudy)
    defects = sys.argv[3:] or DEFECTS

    def row_of(defect):
        try:
            return prove(understudy, folder, defect, also.get(defect, set()))
        except Wrong as wrong:
            return {"defect": defect, "before": "", "after": "", "runs": "", "same": "", "clean": "", "wrong": [str(wrong)]}

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(row_of, defects))
    print("| defect | lines of steps | shrunk | runs | differences in a replay | of a service without it | |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print(f"| `{row['defect']}` | {row['before']} | {row['after']} | {row['runs']} | {row['same']} | {row['clean']} | {'; '.join(row['wrong'])} |")
    bad = sum(1 for row in rows if row["wrong"])
    print(f"\n{len(rows) - bad} of {len(rows)} defects: the shrunk file shows that rule alone, in at most {MOST_LINES} lines, and passes without it")
    return 1 if bad else 0


sys.exit(main())
