"""Failovers → tables, for docs/BENCHMARKS.md: p50, p99 and max of every moment, beside Spark's own Master from the same run."""

import math
import statistics

BEGIN, END = "<!-- failover: begin (written by benchmarks/failover.py --write) -->", "<!-- failover: end -->"

PHASES = {"noticed": "noticed", "claimed": "claimed in ZooKeeper", "state_ready": "state ready",
          "first_worker": "first worker back", "all_workers": "all workers back", "all_applications": "all applications back",
          "first_launch": "first launch"}
TITLES = {"kill": "`kill -9` of the leader", "freeze": "leader frozen (`SIGSTOP`)", "roll": "leader told to go (`SIGTERM`)"}


def percentile(values, percent):
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


def tables(ours, theirs):
    parts = []
    for mode, title in TITLES.items():
        if mode in ours:
            parts.append(f"**{title}**, n = {len(ours[mode])}, ms after the signal:\n\n"
                         + _rounds(ours[mode], theirs.get(mode, [])))
    if "fresh" in ours:
        parts.append("**The first failover of a new cluster** (`kill -9`, nothing was ever broken in it before): what a rehearsal "
                     "(`pilotlight.failover.rehearsal`) saves, ms after the signal:\n\n" + _fresh(ours["fresh"]))
    if "floor" in ours:
        parts.append("**The floor**: one write on the same three ZooKeeper servers while nothing else happens, "
                     + _p50_p99(ours["floor"]["write"]) + "; `kill -9` of a master → the kernel ends its connections, "
                     + _p50_p99(ours["floor"]["closed"]) + ".")
    if "register" in ours:
        parts.append("**Registrations, fenced and durable on three servers** (10,000 simulated workers, the last 9,000 counted), "
                     "median (smallest … largest):\n\n" + _registrations(ours["register"]))
    if "newcomer" in ours:
        values = _values(ours["newcomer"], "first_added")
        parts.append("**A new application that comes while nobody leads** (simulated: it registers with all masters when the connection to "
                     "the leader breaks; 100 simulated workers), `kill -9` of the leader → its first executor, "
                     + _p50_p99(values) + ".")
    if "simulated" in ours:
        parts.append("**Simulated workers after `kill -9` of the leader**, ms after the signal:\n\n"
                     + _crowds(ours["simulated"], theirs.get("simulated", {})))
    if "zk-server" in ours:
        seen = ours["zk-server"]
        parts.append(f"The leader's ZooKeeper server killed, {seen['kills']} times: **{seen['failovers']} failovers**.")
    if "idle" in ours:
        seen = ours["idle"]
        parts.append(f"Nothing broken, four busy loops on all cores, {seen['seconds']} s: **{seen['failovers']} false failovers**.")
    return "\n\n".join(parts)


def _rounds(ours, theirs):
    lines = ["| moment | p50 | p99 | max | Spark's Master | Pilotlight : Spark |", "|---|---|---|---|---|---|",
             _line("a master answers ALIVE (from outside)", _values(ours, "alive"), _values(theirs, "alive")),
             _line("… and has all workers and the application back", _values(ours, "whole"), _values(theirs, "whole"))]
    for key, title in PHASES.items():
        values = [one["phases"][key] for one in ours if one["phases"].get(key) is not None]
        if values:
            lines.append(_line(f"flight record: {title}", values, []))
    causes = sorted({one["cause"] for one in ours if one["cause"]})
    return "\n".join(lines) + (f"\n\nCauses as recorded: {', '.join(causes)}." if causes else "")


def _fresh(found):
    lines = ["| moment | without, median (all) | with, median (all) |", "|---|---|---|"]
    for key, title in (("whole", "all workers and the application are back (from outside)"),
                       ("all_workers", "flight record: all workers back"),
                       ("all_applications", "flight record: all applications back")):
        cells = []
        for name in ("without", "with"):
            values = sorted(one[key] if key in one else one["phases"][key] for one in found[name])
            cells.append(f"{_number(statistics.median(values))} ({', '.join(map(_number, values))})")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _registrations(found):
    lines = ["| under way at once | registrations/s | answer p50, ms | answer p99, ms | CPU of the leader for one, µs | n |",
             "|---|---|---|---|---|---|"]
    for window, rounds in found.items():
        cells = [_spread([one[key] for one in rounds]) for key in ("per_second", "p50", "p99", "cpu_us")]
        lines.append(f"| {int(window):,} | " + " | ".join(cells) + f" | {len(rounds)} |")
    return "\n".join(lines)


def _p50_p99(values):
    return f"n = {len(values)}: p50 {_number(percentile(values, 50))} ms, p99 {_number(percentile(values, 99))} ms"


def _spread(values):
    return f"{_number(statistics.median(values))} ({_number(min(values))} … {_number(max(values))})"


def _crowds(ours, theirs):
    lines = ["| workers | moment | p50 | p99 | max | Spark's Master | Pilotlight : Spark |", "|---|---|---|---|---|---|---|"]
    for count, rounds in ours.items():
        for key, title in (("alive", "a master answers ALIVE"), ("first_told", "the first worker is told"),
                           ("all_told", "all workers are told")):
            line = _line(title, _values(rounds, key), _values(theirs.get(count, []), key))
            lines.append(f"| {int(count):,} {line}")
        for key in ("state_ready", "all_workers"):
            values = [one["phases"][key] for one in rounds if one["phases"].get(key) is not None]
            if values:
                lines.append(f"| {int(count):,} {_line(f'flight record: {PHASES[key]}', values, [])}")
    return "\n".join(lines)


def _line(title, ours, theirs):
    cells = [_number(percentile(ours, 50)), _number(percentile(ours, 99)), _number(max(ours))]
    if theirs:
        median = statistics.median(theirs)
        cells += [f"{_number(median)} (n = {len(theirs)})", f"1 / {_number(median / statistics.median(ours))}"]
    else:
        cells += ["–", "–"]
    return f"| {title} | " + " | ".join(cells) + " |"


def _values(rounds, key):
    return [one[key] for one in rounds]


def _number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
