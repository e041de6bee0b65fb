#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Ask the daemon's log, for the shell tests.

	eventlog.py LOG has PID...		each PID was the source of an injection, and of
						the native-api-sequence that this is by itself
	eventlog.py LOG once PID...		each of exactly one of both; repeats of an id do
						not count
	eventlog.py LOG complete		each detection has all promised fields
	eventlog.py LOG action WORD		how often an event.action occurs
	eventlog.py LOG lines			how many lines there are
	eventlog.py LOG quiet FROM SEVERITY	no detection past line FROM is so grave; lists all

The exit status is 1, with the reasons on standard output, if it is not so.
"""
import collections
import json
import sys

SEQUENCE = "native-api-sequence"
PARTY = ["pid", "thread.id", "start", "executable", "user.id", "parent.pid"]
ALWAYS = ["event.id", "event.sequence", "event.action", "event.outcome",
          "event.severity", "trespass.technique", "threat.technique.id"]
SOURCE = [f"process.{field}" for field in PARTY]
PROMISED = (
    ALWAYS + SOURCE
    + ["trespass.access.bytes", "trespass.access.count",
       "trespass.access.address", "trespass.access.region", "trespass.steps",
       "trespass.relation"]
    + [f"Target.process.{field}" for field in PARTY])
# What is told of no edge: of one process, or of trespass itself.
PROMISED_OF = {
    SEQUENCE: ALWAYS + SOURCE + ["trespass.steps", "trespass.c_library"],
    "blinded": ALWAYS + ["trespass.blind_cause"],
}


def get(event, path):
    """The value at a dotted path, or None."""
    for word in path.split("."):
        if not isinstance(event, dict):
            return None
        event = event.get(word)
    return event


def read(path):
    """All events so far: the last line may still be being written."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


def detections(events):
    """Detections by event id, so that a repeated line counts once."""
    return {get(e, "event.id"): e for e in events
            if get(e, "event.action") == "detection"}.values()


def per_source(events, pids):
    """For each pid how many injections and how many sequences it was told of."""
    seen = collections.Counter(
        (int(get(e, "process.pid")), get(e, "trespass.technique") == SEQUENCE)
        for e in detections(events)
        if get(e, "trespass.technique") != "blinded")
    return {int(pid): (seen[int(pid), False], seen[int(pid), True])
            for pid in pids}


def has(events, *pids):
    return [f"source {pid}: {found[0]} injections, {found[1]} sequences"
            for pid, found in per_source(events, pids).items()
            if not all(found)]


def once(events, *pids):
    return [f"source {pid}: {found[0]} injections, {found[1]} sequences"
            for pid, found in per_source(events, pids).items()
            if found != (1, 1)]


def complete(events):
    found = list(detections(events))
    if not found:
        return ["there is no detection at all"]
    wrong = [f"{get(e, 'event.id')}: no {field}" for e in found
             for field in PROMISED_OF.get(get(e, "trespass.technique"),
                                          PROMISED)
             if get(e, field) in (None, "", [])]
    wrong += [f"{get(e, 'event.id')}: severity {get(e, 'event.severity')}"
              for e in found if not 0 <= get(e, "event.severity") <= 100]
    return wrong


def action(events, word):
    print(sum(get(e, "event.action") == word for e in events))


def lines(events):
    print(len(events))


def quiet(events, start, severity):
    seen = collections.Counter()
    grave = []
    for event in detections(events[int(start):]):
        what = "{} of {} by {}, severity {}".format(
            get(event, "trespass.technique"),
            get(event, "Target.process.executable"),
            get(event, "process.executable"), get(event, "event.severity"))
        seen[what] += 1
        if get(event, "event.severity") >= int(severity):
            grave.append(what)
    for what, n in sorted(seen.items()):
        print(f"{n} x {what}", file=sys.stderr)
    return grave


COMMANDS = {f.__name__: f
            for f in (has, once, complete, action, lines, quiet)}


def main():
    if len(sys.argv) < 3 or sys.argv[2] not in COMMANDS:
        sys.exit(__doc__)
    wrong = COMMANDS[sys.argv[2]](read(sys.argv[1]), *sys.argv[3:])
    if wrong:
        sys.exit("\n".join(wrong))


main()
