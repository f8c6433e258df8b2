#!/usr/bin/env python3
"""Writes the bodies and whole answers of recorded exchanges as seed files for libFuzzer.

Usage: seeds.py RECORDING.jsonl... FOLDER
"""
import json
import pathlib
import sys

*recordings, folder = sys.argv[1:]
out = pathlib.Path(folder)
for recording in recordings:
    for number, line in enumerate(open(recording, encoding="utf-8")):
        exchange = json.loads(line)
        request, response = exchange["request"], exchange["response"]
        head = "%s %d %s\r\n" % (response["version"], response["status"], response["reason"])
        head += "".join("%s: %s\r\n" % tuple(header) for header in response["headers"])
        name = "%s-%d-" % (pathlib.Path(recording).stem, number)
        (out / (name + "request")).write_text(request["body"], newline="", encoding="utf-8")
        (out / (name + "body")).write_text(response["body"], newline="", encoding="utf-8")
        (out / (name + "answer")).write_text(head + "\r\n" + response["body"], newline="", encoding="utf-8")
