#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Ask the daemon's log, for the shell tests.

	eventlog.py LOG has PID...		each PID was the source of detections
	eventlog.py LOG once PID...		each of one of a technique; repeats of an id do not count
	eventlog.py LOG complete		each detection has all promised fields
	eventlog.py LOG action WORD		how often an event.action occurs
	eventlog.py LOG lines			how many lines there are
	eventlog.py LOG quiet FROM SEVERITY	no detection past line FROM is so grave; lists all

The exit status is 1, with the reasons on standard output, if it is not so.
"""
import collections
import json
import sys

# Told of no edge: nothing was touched, and of blindness nobody is known.
NO_ACCESS = {"native-api-sequence", "blinded"}
NO_PARTIES = {"blinded"}

PARTY = ["pid", "thread.id", "start", "executable", "user.id", "parent.pid"]
PROMISED = (
    ["event.id", "event.sequence", "event.action", "event.outcome",
     "event.severity", "trespass.technique", "threat.technique.id",
     "trespass.access.bytes", "trespass.access.count",
     "trespass.access.address", "trespass.access.region", "trespass.steps",
     "trespass.relation"]
    + [f"{who}.{field}" for who in ("process", "Target.process")
       for field in PARTY])


def get(event, path):
    """The value at a dotted path, or None."""
    for word in path.split("."):
        if not isinstance(event, dict):
            return None
        event = event.get(word)
    return event


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def detections(events):
    """Detections by event id, so that a repeated line counts once."""
    return {get(e, "event.id"): e for e in events
            if get(e, "event.action") == "detection"}.values()


def per_source(events):
    """How many detections each (pid of a source, technique) has."""
    return collections.Counter(
        (int(get(e, "process.pid") or 0), get(e, "trespass.technique"))
        for e in detections(events))


def has(events, *pids):
    sources = {pid for pid, _ in per_source(events)}
    return [f"no detection of source {pid}"
            for pid in pids if int(pid) not in sources]


def once(events, *pids):
    return has(events, *pids) + [
        f"{n} detections of {technique} by source {pid}"
        for (pid, technique), n in per_source(events).items()
        if str(pid) in pids and n != 1]


def promised(event):
    """The fields that an event of its kind must have."""
    technique = get(event, "trespass.technique")
    if technique in NO_PARTIES:
        return [f for f in PROMISED
                if f.startswith(("event.", "threat.", "trespass.technique"))]
    if technique in NO_ACCESS:
        return [f for f in PROMISED if ".access." not in f]
    return PROMISED


def complete(events):
    found = list(detections(events))
    if not found:
        return ["there is no detection at all"]
    wrong = [f"{get(e, 'event.id')}: no {field}" for e in found
             for field in promised(e) if get(e, field) in (None, "", [])]
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
