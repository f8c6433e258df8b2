#!/usr/bin/python3
"""What `understudy load` costs and how far it goes, with the real program against our own service, each in a process of its own.

Usage: load_scale.py PROGRAM [PART...]     parts: cost polls h2load search threads; without any: all of them
  cost       100 to 10,000 phones at the same rate of start-ups: does the cost of one stay the same?
  polls      10,000 phones that poll every 10 s: CPU (budget 15 % of a core)
  h2load     polls on kept connections, beside h2load with as many connections to the same service
  search     the highest rate held for 30 s without errors, and the lag of the schedule at 80 % of it (budget 10 ms at p99)
  threads    a load with two threads, and two loads beside each other, against one with one: does a second thread pay on this machine?
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ""
PARTS = sys.argv[2:] or ["cost", "polls", "h2load", "search", "threads"]


class Service:
    """Our own, on free ports."""

    def __init__(self, *options):
        self.process = subprocess.Popen([PROGRAM, "service", "--port", "0", *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        self.url = re.search(r"https://[0-9.]+:[0-9]+", said).group(0)
        polled = re.search(r"http://([0-9.]+:[0-9]+)", said)
        self.polled = polled.group(1) if polled else ""

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Load:
    """One run: its result, and the CPU that the process took, in seconds."""

    def __init__(self, url, *options):
        self.file = tempfile.NamedTemporaryFile(suffix=".json")
        self.process = subprocess.Popen([PROGRAM, "load", url, "--door-port", "0", "--json", self.file.name, *options],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def wait(self):
        errors = self.process.stderr.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.status = os.waitstatus_to_exitcode(status)
        text = open(self.file.name, encoding="utf-8").read()
        if not text:
            sys.exit(f"load_scale: no result (status {self.status}): {errors[-500:]}")
        self.load = json.loads(text)["load"]
        return self

    def row(self, name):
        return next(row for row in self.load["latency"] if row["name"] == name and row["of"] == "")


def ms(microseconds):
    return f"{microseconds / 1000:.2f} ms"


def cost():
    rate = 100
    print(f"cost of a start-up, {rate} a second, each phone once (10 s at least)")
    print("  phones   start-ups   CPU each   memory   a phone    p50        p99        lag p99")
    base = None
    with Service() as service:
        for phones in (100, 300, 1000, 3000, 10000):
            seconds = max(10, phones // rate)
            ran = Load(service.url, "--phones", str(phones), "--arrival", f"{rate}/s", "--for", f"{seconds}s").wait()
            totals, health, whole = ran.load["totals"], ran.load["health"], ran.row("whole interaction")
            base = base or (health["memory"], phones)
            each = (health["memory"] - base[0]) / (phones - base[1]) / 1000 if phones > base[1] else 0
            print(f"  {phones:6d}   {totals['done']:9d}   {ran.cpu / totals['done'] * 1e3:5.2f} ms   {health['memory'] / 1e6:4.0f} MB   "
                  f"{each:4.1f} KB   {ms(whole['planned']['p50']):>8}   {ms(whole['planned']['p99']):>8}   {ms(health['lag']['p99']):>8}"
                  f"{'' if totals['done'] == totals['planned'] else '   NOT ALL DONE'}", flush=True)


def polls():
    with Service("--poll", "24h") as service:
        ran = Load(service.url, "--phones", "10000", "--behaviour", "poll", "--arrival", "1000/s", "--for", "1s").wait()
        before = ran.cpu  # it has started all phones up
        ran = Load(service.url, "--phones", "10000", "--behaviour", "poll", "--arrival", "1000/s", "--for", "61s").wait()
        totals = ran.load["totals"]
        share = (ran.cpu - before) / 60 * 100
        print(f"10,000 phones that poll every 10 s, a connection each: {totals['done']} of {totals['planned']} done, "
              f"{share:.1f} % of a core (budget 15 %), lag p99 {ms(ran.load['health']['lag']['p99'])}", flush=True)


def h2load():
    if not shutil.which("h2load"):
        sys.exit("load_scale: h2load is missing (Debian: nghttp2-client)")
    phones, rate, seconds = 500, 1000, 20
    with Service("--poll", "24h") as service:
        url = f"http://{service.polled}/dcmp/contact-me?device-id=00:1A:E8:FF:00:00"
        ratios = []
        for _ in range(3):
            few = Load(service.url, "--phones", str(phones), "--behaviour", "poll", "--connections", "kept", "--arrival",
                       f"{rate}/s", "--for", "1s").wait()
            many = Load(service.url, "--phones", str(phones), "--behaviour", "poll", "--connections", "kept", "--arrival",
                        f"{rate}/s", "--for", f"{seconds + 1}s").wait()
            ours = (many.cpu - few.cpu) / (many.load["totals"]["done"] - few.load["totals"]["done"])
            child = subprocess.Popen(["h2load", "--h1", "-c", str(phones), "-n", str(rate * seconds), url], stdout=subprocess.PIPE, text=True)
            said = child.stdout.read()
            _, _, usage = os.wait4(child.pid, 0)
            done = int(re.search(r"([0-9]+) succeeded", said).group(1))
            theirs = (usage.ru_utime + usage.ru_stime) / max(1, done)
            ratios.append(ours / theirs)
            kept = many.load["connections"]
        print(f"polls on {phones} kept connections ({kept['opened']} opened, {kept['kept']} used again): understudy {ours * 1e6:.0f} us of CPU "
              f"each, at a rate, judged; h2load {theirs * 1e6:.0f} us each, as fast as it can; ratio {sorted(ratios)[1]:.1f} "
              f"(of the rounds: {min(ratios):.1f} to {max(ratios):.1f})", flush=True)


def search():
    with Service() as service:
        ran = Load(service.url, "--phones", "2000", "--arrival", "200/s", "--for", "30s", "--search", "errors=0").wait()
        for trial in ran.load["trials"]:
            print(f"  {trial['rate']:6.0f} a second  {'held' if trial['held'] else trial['why']}")
        highest = max((trial["rate"] for trial in ran.load["trials"] if trial["held"]), default=0)
        if not highest:
            return print("no rate held")
        rate = int(highest * 0.8)
        ran = Load(service.url, "--phones", "2000", "--arrival", f"{rate}/s", "--for", "30s").wait()
        lag = ran.load["health"]["lag"]["p99"]
        print(f"highest rate of start-ups held for 30 s without errors: {highest:.0f} a second; at 80 % of it, {rate} a second: lag p99 {ms(lag)} "
              f"(budget 10 ms), interaction p99 {ms(ran.row('whole interaction')['planned']['p99'])}, "
              f"CPU {ran.load['health']['cpu_mean'] * 100:.0f} % of a core", flush=True)


def threads():
    def closed(url, seed, at_work, *more):
        return Load(url, "--phones", "400", "--at-work", str(at_work), "--for", "15s", "--seed", str(seed), *more)

    def measured(name, service, start):
        begin = service.cpu()
        loads = [load.wait() for load in start()]
        rate = sum(load.load["totals"]["done"] for load in loads) / 15
        ours = sum(load.load["health"]["cpu_mean"] for load in loads)
        print(f"  {name}: {rate:.0f} start-ups a second; ourselves {ours * 100:.0f} % of a core, the service {(service.cpu() - begin) / 15 * 100:.0f} %",
              flush=True)
        return rate

    with Service() as service:
        print(f"start-ups, 16 at work all the time, the service on the same {os.cpu_count()} cores", flush=True)
        one = measured("one thread", service, lambda: [closed(service.url, 1, 16)])
        two = measured("two threads", service, lambda: [closed(service.url, 1, 16, "--threads", "2")])
        both = measured("two processes", service, lambda: [closed(service.url, 1, 8),
                                                           closed(service.url, 2, 8)])
        print(f"  ratio: two threads {two / one:.2f}, two processes {both / one:.2f}", flush=True)


if __name__ == "__main__":
    if not PROGRAM or any(part not in ("cost", "polls", "h2load", "search", "threads") for part in PARTS):
        sys.exit(__doc__)
    for part in PARTS:
        begin = time.monotonic()
        globals()[part]()
        print(f"  ({part} took {time.monotonic() - begin:.0f} s)", flush=True)
