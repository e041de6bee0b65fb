# SPDX-License-Identifier: GPL-2.0
"""The benchmark's figures as SVG pictures."""
import html
import math

from figures import CONFIGS, OPERATIONS

# Told apart also by who does not see all colours.
COLOURS = {"daemon": "#d55e00", "idle": "#e69f00", "bpftrace_count": "#56b4e9",
           "bpftrace_print": "#0072b2", "sysdig": "#009e73",
           "auditd": "#666666"}
LINES = ("#d55e00", "#0072b2", "#009e73", "#666666")
ROW, TOP = 26, 92


def text(x, y, words, anchor="start", size=12, more=""):
    """A piece of text."""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'font-size="{size}"{more}>{html.escape(words)}</text>\n')


def line(x1, y1, x2, y2, colour="#ddd", width=1):
    """A straight line."""
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}" stroke-width="{width}"/>\n')


def dot(x, y, colour, filled=True):
    """A round mark, filled or a ring."""
    fill = colour if filled else "none"
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" '
            f'stroke="{colour}" stroke-width="1.6"/>\n')


def picture(width, height, body):
    """The whole file."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="system-ui, DejaVu Sans, sans-serif" fill="#222">\n'
            f'<rect width="100%" height="100%" fill="#fff"/>\n{body}</svg>\n')


def costs(results):
    """Ratio in line and in the whole system, a row for each operation."""
    width, left, right = 900, 230, 870
    configs = results.configs()
    bottom = TOP + ROW * len(results.operations)
    ratios = {(op, config, measure): found.median
              for op in results.operations for config in configs
              for measure in ("path", "total")
              if (found := results.ratios(op, measure, config))}
    least = 0.97
    most = max(1.6, *ratios.values()) * 1.1

    def at(ratio):
        part = math.log(max(ratio, least) / least) / math.log(most / least)
        return left + part * (right - left)

    body = text(20, 26, "CPU time, as a multiple of that without any tool: "
                f"{results.release}",
                size=15, more=' font-weight="bold"')
    x = 20
    for config in configs:
        body += dot(x + 5, 48, COLOURS[config])
        body += text(x + 16, 52, CONFIGS[config])
        x += 34 + 6.6 * len(CONFIGS[config])
    body += text(20, 74, "filled: in line; ring: whole system; "
                 "logarithmic scale", size=11, more=' fill="#666"')
    for tick in (1, 1.1, 1.3, 1.6, 2, 3, 5, 10, 20, 50, 100, 200):
        if tick <= most:
            body += line(at(tick), TOP, at(tick), bottom,
                         "#888" if tick == 1 else "#ddd")
            body += text(at(tick), bottom + 18, f"{tick:g}", "middle", 11)
    for i, op in enumerate(results.operations):
        y = TOP + ROW * i + ROW / 2
        body += line(left, TOP + ROW * i, right, TOP + ROW * i, "#eee")
        body += text(left - 10, y + 4, OPERATIONS[op], "end")
        # trespass last, so that it lies on top
        for config in reversed(configs):
            for measure in ("total", "path"):
                if (op, config, measure) in ratios:
                    body += dot(at(ratios[op, config, measure]), y,
                                COLOURS[config], measure == "path")
    return picture(width, bottom + 34, body)


def curves(left, curve_of, axis, numbers):
    """One diagram of flat(): ratio against a number, a curve an operation."""
    width, top, bottom = 360, 70, 290
    values = [value for curve in curve_of.values() for value in curve.values()]
    low, high = 1.0, max(1.2, *values) * 1.03

    def at_x(count):
        logs = [math.log(n) for n in (min(numbers), max(numbers))]
        return left + width * (math.log(count) - logs[0]) / (logs[1] - logs[0])

    def at_y(ratio):
        return bottom - (bottom - top) * (ratio - low) / (high - low)

    body = text(left + width / 2, bottom + 38, axis, "middle")
    step = 0.1 if high < 2 else 0.25
    for i in range(int((high - low) / step) + 1):
        y = at_y(low + i * step)
        body += line(left, y, left + width, y)
        body += text(left - 8, y + 4, f"{low + i * step:.2f}", "end", 11)
    for count in numbers:
        body += text(at_x(count), bottom + 18, f"{count:,}", "middle", 11)
    for colour, curve in zip(LINES, curve_of.values()):
        points = [(at_x(n), at_y(curve[n])) for n in sorted(curve)]
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            body += line(x1, y1, x2, y2, colour, 2)
        for x, y in points:
            body += dot(x, y, colour)
    return body


def flat(results):
    """Ratio against the number of processes and of edges that are tracked."""
    ratios = results.flat()
    points = {point for curve in ratios.values() for point in curve}
    few = min(edges for _, edges in points)
    many = max((p for p, edges in points if edges != few), default=None)
    by_processes = {op: {p: value for (p, e), value in curve.items()
                         if e == few} for op, curve in ratios.items()}
    by_edges = {op: {e: value for (p, e), value in curve.items()
                     if p == many} for op, curve in ratios.items()}
    body = text(20, 26, "CPU time in line, as a multiple of that without "
                f"trespass: {results.release}", size=15, more=' font-weight="bold"')
    x = 20
    for colour, op in zip(LINES, ratios):
        body += dot(x + 5, 48, colour) + text(x + 16, 52, OPERATIONS[op])
        x += 44 + 7 * len(OPERATIONS[op])
    body += curves(60, by_processes, "processes tracked",
                   sorted({p for p, e in points if e == few}))
    if many:
        body += curves(490, by_edges, f"edges, of {many:,} processes",
                       sorted({e for p, e in points if p == many}))
    return picture(880, 340, body)
