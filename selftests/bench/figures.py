# SPDX-License-Identifier: GPL-2.0
"""The figures of a run of the benchmark, as its guests told them."""
import pathlib
import statistics

# What each operation is, in the order of tables and plots.
OPERATIONS = {
    "getppid": "getppid",
    "open+close": "open, close",
    "mmap-rw": "mmap, munmap: anonymous, rw",
    "mmap-exec": "mmap, munmap: anonymous, rwx",
    "mmap-exec-file": "mmap, munmap: a file, rx",
    "mprotect": "mprotect to rx, and back",
    "memfd": "memfd_create, close",
    "fork+wait": "fork, exit, wait",
    "fork+exec": "fork, exec, wait",
    "attach+detach": "PTRACE_ATTACH, wait, DETACH",
    "poke": "PTRACE_POKEDATA",
    "vm-write": "process_vm_writev, 64 bytes",
    "mem-write": "/proc/PID/mem, 64 bytes",
    "gcc": "gcc -O2 -c hello.c, 5 times",
    "true": "/bin/true from sh, 200 times",
}
# Those that are no loop of one operation.
MACROS = ("gcc", "true")
CONFIGS = {
    "daemon": "trespass",
    "idle": "trespass, no daemon",
    "bpftrace_count": "bpftrace, counts",
    "bpftrace_print": "bpftrace, prints",
    "sysdig": "sysdig",
    "auditd": "auditd",
}
PEERS = ("bpftrace_count", "bpftrace_print", "sysdig", "auditd")


class Ratios:
    """Figures of one thing, each by that of the same thing without."""

    def __init__(self, values):
        self.median = statistics.median(values)
        self.spread = max(abs(value - self.median) for value in values)


class Boot:
    """What one guest told: a list of facts for each word a line began with."""

    def __init__(self, path):
        self.lines = {}
        for line in path.read_text().splitlines():
            word, _, rest = line.partition(" ")
            if word == "missing":
                config, _, reason = rest.partition(" reason=")
                facts = {"config": config[len("config="):], "reason": reason}
            else:
                facts = dict(fact.split("=", 1) for fact in rest.split()
                             if "=" in fact)
            self.lines.setdefault(word, []).append(facts)

    def told(self, word, **wanted):
        """The facts of the lines with this word that agree with what is wanted."""
        return [facts for facts in self.lines.get(word, [])
                if all(facts.get(key) == value for key, value in wanted.items())]

    def costs(self, measure, **wanted):
        """What doing it once cost, for each such line, with its configuration."""
        return [(facts["config"], int(facts[measure]) / int(facts["count"]))
                for facts in self.told("cost", **wanted)]

    def median(self, measure, **wanted):
        """The median of these, or None."""
        costs = [cost for _, cost in self.costs(measure, **wanted)]
        return statistics.median(costs) if costs else None

    def ratios(self, op, measure, config):
        """Each figure by the mean of the nearest base before and after it.

        For base itself that tells what the method resolves: it would be 1
        if the guest's state never drifted.
        """
        costs = self.costs(measure, op=op)
        ratios = []
        for i, (name, cost) in enumerate(costs):
            before = [c for n, c in costs[:i] if n == "base"][-1:]
            after = [c for n, c in costs[i + 1:] if n == "base"][:1]
            if name == config and before + after:
                ratios.append(cost / statistics.mean(before + after))
        return Ratios(ratios) if ratios else None


class Results:
    """All guests of a run: DIR/NAME.log each."""

    def __init__(self, directory):
        self.boots = {path.stem: Boot(path) for path
                      in sorted(pathlib.Path(directory).glob("*.log"))}
        self.trespass = self.boots["trespass"]
        self.release = self.trespass.told("guest")[0]["release"]
        self.operations = [op for op in OPERATIONS
                           if self.trespass.told("cost", op=op)]

    def boot_of(self, config):
        """The guest that had this configuration, or None."""
        for boot in self.boots.values():
            if any("round" in facts
                   for facts in boot.told("cost", config=config)):
                return boot
        return None

    def configs(self):
        """The tools that were measured."""
        return [config for config in CONFIGS
                if self.boot_of(config) and config not in self.missing()]

    def missing(self):
        """The peers that there are no figures of: {config: reason}."""
        return {facts["config"]: facts["reason"]
                for boot in self.boots.values()
                for facts in boot.told("missing")}

    def ratios(self, op, measure, config):
        """The ratios of one operation in one configuration, or None."""
        boot = self.trespass if config == "base" else self.boot_of(config)
        return boot.ratios(op, measure, config) if boot else None

    def flat(self):
        """{op: {(processes, edges): ratio}}, from the guest with a crowd."""
        boot = self.boots.get("flat")
        ratios = {}
        for facts in boot.told("cost", config="daemon") if boot else []:
            if facts["op"] not in OPERATIONS:
                continue
            where = {key: facts[key] for key in ("op", "processes", "edges")}
            base = boot.median("path", config="base", **where)
            with_it = boot.median("path", config="daemon", **where)
            point = (int(facts["processes"]), int(facts["edges"]))
            ratios.setdefault(facts["op"], {})[point] = with_it / base
        return ratios

    def memory(self):
        """The module's memory in KiB: {processes: {what: median}}."""
        boot = self.boots.get("memory")
        memory, base = {}, {}
        for facts in boot.told("kernel") if boot else []:
            count = int(facts["processes"])
            kib = {what: int(facts[what])
                   for what in ("vmalloc", "slab", "percpu")}
            if facts["config"] == "base":
                base[count] = kib
            else:
                for what, value in kib.items():
                    memory.setdefault(count, {}).setdefault(what, []).append(
                        value - base[count][what])
        return {count: {what: statistics.median(values)
                        for what, values in kib.items()}
                for count, kib in memory.items()}
