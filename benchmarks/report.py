"""Figures → tables: medians, spread, and the ratio of the two masters within each round. Markdown, for docs/BENCHMARKS.md."""

import statistics

from measurements import FIGURES

BEGIN, END = "<!-- figures: begin (written by benchmarks/run.py --write) -->", "<!-- figures: end -->"


def number(value):
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values, unit):
    """**median** unit (min … max)"""
    if not values:
        return "–"
    text = f"**{number(statistics.median(values))}** {unit}"
    return text if len(values) == 1 else f"{text} ({number(min(values))} … {number(max(values))})"


def ratios(rounds, key):
    """Pilotlight's figure divided by Spark's, for each round in which both were measured."""
    found = []
    for figures in rounds:
        ours, theirs = figures.get("pilotlight", {}).get(key), figures.get("spark", {}).get(key)
        if ours is not None and theirs:
            found.append(ours / theirs)
    return found


def times(values, better):
    """How the reader sees a ratio: a thousandth of the memory, 40 times the rate."""
    if not values:
        return "–"
    median = statistics.median(values)
    if better == "higher":
        text = f"× {number(median)}"
        return text if len(values) == 1 else f"{text} ({number(min(values))} … {number(max(values))})"
    text = f"1 / {number(1 / median)}" if median else "0"
    if len(values) == 1 or not min(values):
        return text
    return f"{text} ({number(1 / max(values))} … {number(1 / min(values))})"


def counts(theirs, ours):
    """How many rounds; both numbers when one of the two did not end in time in some round."""
    return f"{len(theirs)}, {len(ours)}" if theirs and ours and len(theirs) != len(ours) else max(len(theirs), len(ours))


def side_by_side(results):
    """results: {measurement: [{"pilotlight": {key: value}, "spark": {…}}, one per round]}"""
    lines = ["| figure | Spark's Master | Pilotlight | Pilotlight : Spark | aim | n |", "|---|---|---|---|---|---|"]
    for key, (title, unit, better, aim) in FIGURES.items():
        for rounds in results.values():
            ours = [r["pilotlight"][key] for r in rounds if key in r.get("pilotlight", {})]
            theirs = [r["spark"][key] for r in rounds if key in r.get("spark", {})]
            if ours or theirs:
                lines.append(f"| {title} | {spread(theirs, unit)} | {spread(ours, unit)} | "
                             f"{times(ratios(rounds, key), better)} | {aim or '–'} | {counts(theirs, ours)} |")
    return "\n".join(lines)


def micro(results):
    """results: [{"name", "median_ns", "bytes_per_second" or None}] of the micro-benchmarks."""
    lines = ["| benchmark | time | rate |", "|---|---|---|"]
    for one in results:
        nanoseconds = one["median_ns"]
        for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1)):
            if nanoseconds >= size or unit == "ns":
                time = f"{number(nanoseconds / size)} {unit}"
                break
        rate = one["bytes_per_second"]
        lines.append(f"| `{one['name']}` | {time} | {f'{number(rate / 1e6)} MB/s' if rate else '–'} |")
    return "\n".join(lines)


def replace_between_marks(document, text, first=BEGIN, last=END):
    """The document with what stands between the two marks replaced; None when it has no marks."""
    before, begin, rest = document.partition(first)
    _, end, after = rest.partition(last)
    return f"{before}{first}\n\n{text}\n\n{last}{after}" if begin and end else None
