#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the benchmark's figures say.

	report.py check DIR LIMITS		what exceeds its limit, and exit with 1
	report.py table DIR LIMITS		the figures as Markdown
	report.py write DIR LIMITS RESULTS	these, and plots, as files in RESULTS;
						what it costs in line in README.md
	report.py tap DIR LIMITS		a test for each limit

DIR holds the output of the guests.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from readme import write_block

from figures import CONFIGS, MACROS, OPERATIONS, PEERS, Results
import plot

METHOD = """\
Written by `make bench`. Instructions, counted by an emulator (QEMU, one CPU,
`-icount shift=0`): no caches, no contention, no cost of a trap; but every run
gives the same figures. **In line** is the CPU time of who acts, its children and
the process acted upon. **Whole system** is that of all tasks, until all have come
to rest again: daemons and kernel threads are in it. Ratios are to the same kernel
without any tool. Those of trespass are medians of rounds in one boot, in which the
module was loaded and unloaded, each figure compared with its neighbours without
the module; "resolved" is how far such figures *without* the module were from their
median at most. The peers had a boot each.

auditd has rules for ptrace requests that write or attach, process_vm_writev,
memfd_create, executable mmap and mprotect, exec and fork. bpftrace counts hits
of three kprobes for each process, or prints a line for each of the system calls
that these rules watch. sysdig has a filter for the same calls, and its own
kernel module.
"""


def number(value):
    """A ratio with as many digits as tell something."""
    return f"{value:.3f}" if value < 9.9995 else f"{value:.1f}"


def read_limits(path):
    """The lines of the limits: a list of words each."""
    lines = (line.partition("#")[0].split()
             for line in pathlib.Path(path).read_text().splitlines())
    return [words for words in lines if words]


def kept(value, limit):
    """Whether a value is within a limit, as exactly as the limit is told."""
    return round(value, len(limit.partition(".")[2])) <= float(limit)


def path_verdicts(results, limit, op):
    """The CPU time in line."""
    ratios = results.ratios(op, "path", "daemon")
    if ratios:
        yield (f"{op}: {ratios.median:.4f} in line, limit {limit} "
               f"(spread {ratios.spread:.4f})", kept(ratios.median, limit))


def total_verdicts(results, limit):
    """What is done elsewhere."""
    for op in results.operations:
        path = results.ratios(op, "path", "daemon")
        total = results.ratios(op, "total", "daemon")
        if path and op not in MACROS:
            above = total.median - path.median
            yield (f"{op}: {above:.4f} more in the whole system than in line, "
                   f"limit {limit}", kept(above, limit))


def flat_verdicts(results, limit):
    """Every point of a curve against its first."""
    for op, points in results.flat().items():
        first = points[min(points)]
        worst = max(points, key=points.get)
        rise = points[worst] / first
        yield (f"{op}: {rise:.4f} times the ratio with {worst[0]} processes "
               f"and {worst[1]} edges tracked, limit {limit}",
               kept(rise, limit))


def memory_verdicts(results, limit):
    """All that the module takes."""
    for processes, kib in results.memory().items():
        total = sum(kib.values())
        yield (f"{total:.0f} KiB of memory with {processes} processes tracked, "
               f"limit {limit}", kept(total, limit))


VERDICTS = {
    "path": path_verdicts,
    "total-above-path": total_verdicts,
    "flat": flat_verdicts,
    "memory-kib": memory_verdicts,
}


def verdicts(results, limits):
    """For each limit that was measured: a sentence, and whether it is kept."""
    if (results.trespass.told("cost", config="daemon", op="poke")
            and results.trespass.told("events", lines="0")):
        yield ("writes were measured, and the daemon told nothing of them",
               False)
    for kind, *words, limit in limits:
        yield from VERDICTS[kind](results, limit, *words)


def check(results, limits):
    """Print what is above its limit; return the exit status."""
    measured = list(verdicts(results, limits))
    exceeded = [sentence for sentence, is_kept in measured if not is_kept]
    for sentence in exceeded:
        print(f"exceeded: {sentence}")
    print(f"{len(measured)} limits checked, {len(exceeded)} exceeded")
    return 1 if exceeded or not measured else 0


def tap(results, limits):
    """Print a test for each limit; return the exit status."""
    measured = list(verdicts(results, limits))
    print(f"TAP version 13\n1..{len(measured)}")
    for i, (sentence, is_kept) in enumerate(measured, 1):
        print(f"{'ok' if is_kept else 'not ok'} {i} {sentence}")
    return 0 if measured and all(is_kept for _, is_kept in measured) else 1


def markdown(header, rows):
    """A table."""
    lines = [header, ["---"] + ["--:"] * (len(header) - 1)] + rows
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def limits_of_path(limits):
    """Of each operation, the CPU time in line."""
    return {words[1]: words[2] for words in limits if words[0] == "path"}


def short_table(results, limits):
    """What a reader of README wants to know: the CPU time in line."""
    peers = [config for config in results.configs() if config in PEERS]
    rows = []
    for op in results.operations:
        row = [OPERATIONS[op],
               number(results.ratios(op, "path", "daemon").median), limits[op]]
        for peer in peers:
            ratios = results.ratios(op, "path", peer)
            row.append(f"{ratios.median:.2f}" if ratios else "-")
        rows.append(row)
    return markdown(["CPU time, as a multiple of that without",
                     CONFIGS["daemon"], "limit"]
                    + [CONFIGS[peer] for peer in peers], rows)


def cost_table(results, measure, limits):
    """A row for each operation, a column for each configuration."""
    missing = [config for config in PEERS if config in results.missing()]
    header = (["", "instructions", "resolved"]
              + [CONFIGS[config] for config in results.configs()]
              + (["limit"] if limits else [])
              + [CONFIGS[config] for config in missing])
    rows = []
    for op in results.operations:
        base = results.ratios(op, measure, "base")
        row = [OPERATIONS[op],
               f"{results.trespass.median(measure, op=op, config='base'):,.0f}",
               f"±{base.spread:.3f}"]
        for config in results.configs():
            ratios = results.ratios(op, measure, config)
            cell = number(ratios.median) if ratios else "-"
            row.append(f"**{cell}**" if config == "daemon" else cell)
        if limits:
            row.append(limits.get(op, ""))
        rows.append(row + ["missing"] * len(missing))
    return markdown(header, rows)


def rest_table(results):
    """What the configurations take when nothing happens."""
    rows = []
    for config in results.configs():
        boot = results.boot_of(config)
        base = boot.median("total", op="rest", config="base")
        rest = boot.median("total", op="rest", config=config)
        rss = [int(facts["rss_kib"])
               for facts in boot.told("memory", config=config)]
        rows.append([CONFIGS[config], f"{max(rest - base, 0):,.0f}",
                     f"{max(rss) / 1024:.1f}" if rss else ""])
    return markdown(["", "instructions per second at rest",
                     "resident memory of its program, MiB"], rows)


def flat_table(results):
    """The ratio for each size of the crowd."""
    flat = results.flat()
    points = sorted({point for ratios in flat.values() for point in ratios})
    return markdown(
        ["processes tracked", "edges"] + [OPERATIONS[op] for op in flat],
        [[f"{processes:,}", f"{edges:,}"]
         + [number(flat[op][processes, edges]) for op in flat]
         for processes, edges in points])


def memory_table(results):
    """The module's memory, in KiB."""
    rows = [[f"{processes:,}"]
            + [f"{kib[what]:,.0f}"
               for what in ("vmalloc", "percpu", "slab")]
            + [f"**{sum(kib.values()):,.0f}**"]
            for processes, kib in results.memory().items()]
    return markdown(["processes tracked", "code and vmalloc areas, KiB",
                     "per CPU", "slabs", "all"], rows)


def table(results, limits, plots=""):
    """All figures as Markdown."""
    text = f"# What trespass costs on {results.release}\n\n{METHOD}"
    if plots:
        text += f"\n![Ratio of each operation]({plots}-cost.svg)\n"
    text += "\n## In line\n\n" + cost_table(
        results, "path", limits_of_path(limits))
    text += "\n## Whole system\n\n" + cost_table(results, "total", {})
    text += "\n## At rest\n\n" + rest_table(results)
    for config, reason in results.missing().items():
        text += f"\n{CONFIGS[config]} is missing: {reason}.\n"
    if results.flat():
        text += "\n## With many processes and edges tracked\n\n"
        text += "Ratio in line, daemon running.\n"
        if plots:
            text += f"\n![Ratio by number]({plots}-flat.svg)\n"
        text += "\n" + flat_table(results)
    if results.memory():
        text += "\n## Memory of the module\n\n" + memory_table(results)
    exceeded = [sentence for sentence, is_kept in verdicts(results, limits)
                if not is_kept]
    text += "\n## Limits exceeded\n\n"
    text += "".join(f"- {line}\n" for line in exceeded) or "None.\n"
    return text


def write(results, limits, directory):
    """The table and the plots as files, named after the kernel's series."""
    name = re.match(r"\d+\.\d+", results.release).group()
    directory = pathlib.Path(directory)
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.md").write_text(table(results, limits, name))
    (directory / f"{name}-cost.svg").write_text(plot.costs(results))
    if results.flat():
        (directory / f"{name}-flat.svg").write_text(plot.flat(results))
    write_block("cost-table", short_table(results, limits_of_path(limits)))
    return 0


def main():
    """The command line."""
    match sys.argv[1:]:
        case ["check", directory, limits]:
            return check(Results(directory), read_limits(limits))
        case ["tap", directory, limits]:
            return tap(Results(directory), read_limits(limits))
        case ["table", directory, limits]:
            print(table(Results(directory), read_limits(limits)), end="")
            return 0
        case ["write", directory, limits, target]:
            return write(Results(directory), read_limits(limits), target)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
