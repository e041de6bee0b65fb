#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the benchmark's figures say, against the limits.

	report.py check DIR LIMITS	what exceeds its limit, and exit with 1
	report.py table DIR		the figures as Markdown

DIR holds the output of rounds, a file for each guest: *.log
"""
import pathlib
import statistics
import sys

# What each operation is, in the order of the tables.
OPERATIONS = {
    "getppid": "getppid",
    "open+close": "open and close of a file",
    "mmap-rw": "mmap and munmap of a page, read and write",
    "mmap-exec": "the same, anonymous and executable",
    "mmap-exec-file": "the same, of an executable file",
    "mprotect": "mprotect of a data page to executable, and back",
    "memfd": "memfd_create and close",
    "fork+wait": "fork, exit, wait",
    "fork+exec": "fork, exec of a static program, wait",
    "attach+detach": "PTRACE_ATTACH, wait, PTRACE_DETACH",
    "poke": "PTRACE_POKEDATA",
    "vm-write": "process_vm_writev, 64 bytes",
    "mem-write": "pwrite to /proc/PID/mem, 64 bytes",
    "gcc": "`gcc -O2 -c hello.c`, 5 times",
    "true": "`/bin/true` from a shell, 200 times",
}
MACROS = ("gcc", "true")
CONFIGS = {
    "idle": "trespass, no daemon",
    "daemon": "**trespass, with daemon**",
}
MEASURES = ("path", "total")


class Ratios:
    """The ratios of one operation in one configuration, a figure a round."""

    def __init__(self, values):
        self.values = values
        self.median = statistics.median(values)
        self.spread = max(abs(value - self.median) for value in values)


class Boot:
    """The figures of one guest, and what they are to their neighbours."""

    def __init__(self, path):
        self.costs = {}     # (operation, measure): [(config, cost)], in order
        for line in path.read_text().splitlines():
            word, *facts = line.split() or [""]
            if word == "cost":
                self.add(dict(fact.split("=") for fact in facts))

    def add(self, facts):
        """Take a line of cost, as the cost of doing it once."""
        for measure in MEASURES:
            self.costs.setdefault((facts["op"], measure), []).append(
                (facts["config"], int(facts[measure]) / int(facts["count"])))

    def configs(self):
        """The configurations, in order."""
        return list(dict.fromkeys(config for costs in self.costs.values()
                                  for config, _ in costs))

    def base(self, op, measure):
        """What the operation costs with nothing loaded."""
        costs = [cost for config, cost in self.costs.get((op, measure), [])
                 if config == "base"]
        return statistics.median(costs) if costs else None

    def ratios(self, op, measure, config):
        """Each figure by the mean of the nearest base before and after it.

        For base itself that tells what the method resolves: it would be 1
        if the guest's state never drifted.
        """
        costs = self.costs.get((op, measure), [])
        ratios = []
        for i, (name, cost) in enumerate(costs):
            before = [c for n, c in costs[:i] if n == "base"][-1:]
            after = [c for n, c in costs[i + 1:] if n == "base"][:1]
            if name == config and before + after:
                ratios.append(cost / statistics.mean(before + after))
        return Ratios(ratios) if ratios else None


class Results:
    """All guests of a run."""

    def __init__(self, directory):
        self.boots = {path.stem: Boot(path) for path
                      in sorted(pathlib.Path(directory).glob("*.log"))}

    def ratios(self, op, measure, config):
        """The ratios from the guest that had this configuration."""
        for boot in self.boots.values():
            ratios = boot.ratios(op, measure, config)
            if ratios:
                return ratios
        return None


def digits(limit):
    """How many digits a limit has after its point."""
    return len(limit.partition(".")[2])


def exceeds(value, limit):
    """Whether a value is above a limit, as exactly as the limit is told."""
    return round(value, digits(limit)) > float(limit)


def read_limits(path):
    """The lines of the limits: a list of words each."""
    lines = (line.partition("#")[0].split()
             for line in pathlib.Path(path).read_text().splitlines())
    return [words for words in lines if words]


def verdicts(results, limits):
    """For each limit that was measured: a sentence, and whether it is kept."""
    for *name, limit in limits:
        if name[0] == "path":
            ratios = results.ratios(name[1], "path", "daemon")
            if ratios:
                yield (f"path of {name[1]}: {ratios.median:.4f}, "
                       f"limit {limit} (spread {ratios.spread:.4f})",
                       not exceeds(ratios.median, limit))
        if name[0] == "total-above-path":
            for op in OPERATIONS:
                path = results.ratios(op, "path", "daemon")
                total = results.ratios(op, "total", "daemon")
                if path and op not in MACROS:
                    above = total.median - path.median
                    yield (f"total above path of {op}: {above:.4f}, "
                           f"limit {limit}", not exceeds(above, limit))


def check(directory, limits):
    """Print what is above its limit; return the exit status."""
    measured = list(verdicts(Results(directory), read_limits(limits)))
    exceeded = [sentence for sentence, kept in measured if not kept]
    for sentence in exceeded:
        print(f"exceeded: {sentence}")
    print(f"{len(measured)} limits checked, {len(exceeded)} exceeded")
    return 1 if exceeded or not measured else 0


def rows(results, measure):
    """The rows of one table."""
    boot = results.boots["trespass"]
    ops = [op for op in OPERATIONS if boot.base(op, measure)]
    yield [""] + ops
    yield ["---"] * (len(ops) + 1)
    yield ["instructions"] + [f"{boot.base(op, measure):.0f}" for op in ops]
    for config, name in CONFIGS.items():
        ratios = [results.ratios(op, measure, config) for op in ops]
        if any(ratios):
            yield [name] + [f"{r.median:.3f}" if r else "" for r in ratios]
    base = [boot.ratios(op, measure, "base") for op in ops]
    yield ["nothing, again"] + [f"±{r.spread:.3f}" for r in base]


def table(directory):
    """Print the figures as Markdown tables."""
    results = Results(directory)
    for measure in MEASURES:
        print(f"\n{measure.upper()}\n")
        for row in rows(results, measure):
            print("| " + " | ".join(row) + " |")
    return 0


def main():
    """The command line."""
    match sys.argv[1:]:
        case ["check", directory, limits]:
            return check(directory, limits)
        case ["table", directory]:
            return table(directory)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
