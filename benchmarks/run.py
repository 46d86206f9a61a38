#!/usr/bin/env python3
"""Measures Pilotlight side by side with Spark's own Master, in one run, the two taking turns. `make bench` calls it.

    benchmarks/run.py                 every figure, several rounds: about 20 minutes on two cores
    benchmarks/run.py --quick         every figure once or twice, to see whether anything broke: about 5 minutes
    benchmarks/run.py --write         … and writes the tables into docs/BENCHMARKS.md
    benchmarks/run.py --only start,schedule --rounds 9 --json figures.json

Prints Markdown tables to stdout and progress to stderr. Listens on loopback only; everything that it starts it ends by process
id. Standard library only.
"""

import argparse
import json
import os
import platform
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import report
from masters import REPOSITORY, Binaries, Failure, clean_environment
from measurements import FULL, MEASUREMENTS, QUICK

DOCUMENT = REPOSITORY / "docs" / "BENCHMARKS.md"
BUILD = REPOSITORY / "build" / "release" / "benchmarks"


def newest_spark_3_5():
    found = [path for path in (REPOSITORY / "build" / "spark").glob("3.5.*") if re.fullmatch(r"3\.5\.\d+", path.name)]
    if not found:
        raise Failure("build/spark has no Spark 3.5; run: tools/deps run")
    return max(found, key=lambda path: int(path.name.rpartition(".")[2]))


def progress(text):
    print(text, file=sys.stderr, flush=True)


def measure(names, rounds, quick, binaries):
    """{measurement: [{"pilotlight": {…}, "spark": {…}} for each round]}. Whoever begins changes with each round."""
    results = {}
    for name in names:
        function, kinds, full_rounds, quick_rounds = MEASUREMENTS[name]
        count = rounds or (quick_rounds if quick else full_rounds)
        results[name] = []
        for number in range(count):
            figures = {}
            for kind in kinds if number % 2 == 0 else kinds[::-1]:
                begun = time.monotonic()
                try:
                    figures[kind] = function(kind, binaries, QUICK if quick else FULL)
                except Failure as failure:
                    progress(f"  {name} {number + 1}/{count} {kind}: FAILED: {failure}")
                    continue
                text = ", ".join(f"{key} {report.number(value)}" for key, value in figures[kind].items())
                progress(f"  {name} {number + 1}/{count} {kind}: {text} [{time.monotonic() - begun:.0f} s]")
            results[name].append(figures)
    return results


def micro_benchmarks(folder, quick):
    """Runs every Google Benchmark binary bench_* there; medians of some repetitions."""
    results = []
    for binary in sorted(path for path in folder.glob("bench_*") if path.is_file() and os.access(path, os.X_OK)):
        progress(f"  {binary.name}")
        try:
            done = subprocess.run(
                [binary, "--benchmark_format=json", f"--benchmark_repetitions={1 if quick else 3}",
                 f"--benchmark_min_time={0.1 if quick else 0.3}"],
                env=clean_environment(), capture_output=True, text=True, check=False, timeout=600)
        except subprocess.TimeoutExpired:
            progress(f"  {binary.name} FAILED: did not end within 600 s")
            continue
        if done.returncode != 0:
            progress(f"  {binary.name} FAILED: {done.stderr.strip()[-300:]}")
            continue
        runs = json.loads(done.stdout)["benchmarks"]
        wanted = [run for run in runs if run.get("aggregate_name") == "median"] or runs
        for run in wanted:
            unit = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[run["time_unit"]]
            name = f"{binary.name.removeprefix('bench_')}: {run.get('run_name', run['name'])}"
            results.append({"name": name, "median_ns": run["cpu_time"] * unit,
                            "bytes_per_second": run.get("bytes_per_second")})
    return results


def commit():
    done = subprocess.run(["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or "unknown"


def machine(measured_commit, load_before):
    """On what, when and under which load."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    load = ", ".join(f"{value:.1f}" for value in (load_before[0], os.getloadavg()[0]))
    return (f"{time.strftime('%Y-%m-%d')}, commit {measured_commit}; {os.cpu_count()} cores ({model.group(1) if model else '?'}), "
            f"{int(memory.group(1)) / 2**20:.0f} GiB, Linux {platform.release().split('-')[0]}; "
            f"load average before and after: {load}.")


def surroundings(binaries, measured_commit, load_before):
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr.splitlines()
    return (f"{machine(measured_commit, load_before)} Spark {binaries.spark_version()} on "
            f"{java[0] if java else 'an unknown Java'}.")


def arguments():
    parser = argparse.ArgumentParser(description="Measures Pilotlight side by side with Spark's own Master.")
    parser.add_argument("--quick", action="store_true", help="few rounds, short holds")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/BENCHMARKS.md")
    parser.add_argument("--only", metavar="NAMES", help="comma-separated: " + ", ".join([*MEASUREMENTS, "micro"]))
    parser.add_argument("--masters", choices=("both", "pilotlight", "spark"), default="both")
    parser.add_argument("--rounds", type=int, help="instead of each measurement's own number")
    parser.add_argument("--json", metavar="FILE", help="where every single figure goes as well")
    parser.add_argument("--pilotlight", default=REPOSITORY / "build" / "pilotlight")
    parser.add_argument("--micro", metavar="FOLDER", default=BUILD, help="where the bench_* binaries are")
    parser.add_argument("--load", default=BUILD / "load" / "pilotlight_load")
    parser.add_argument("--spark-home", help="default: the newest 3.5 in build/spark")
    chosen = parser.parse_args()
    if chosen.write and (chosen.quick or chosen.only or chosen.masters != "both"):
        parser.error("--write takes a full run: without --quick, --only and --masters")
    names = chosen.only.split(",") if chosen.only else [*MEASUREMENTS, "micro"]
    if unknown := [name for name in names if name not in MEASUREMENTS and name != "micro"]:
        parser.error(f"--only: {', '.join(unknown)} is none of {', '.join([*MEASUREMENTS, 'micro'])}")
    return chosen, names


def only_one_master(kind):
    for name, (function, kinds, full_rounds, quick_rounds) in list(MEASUREMENTS.items()):
        if kind in kinds:
            MEASUREMENTS[name] = (function, (kind,), full_rounds, quick_rounds)
        else:
            del MEASUREMENTS[name]


def main():
    chosen, names = arguments()
    if chosen.masters != "both":
        only_one_master(chosen.masters)
    # So that a TERM unwinds the with statements, which end what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    binaries = Binaries(chosen.pilotlight, chosen.load, chosen.spark_home or newest_spark_3_5())
    begun, load_before, measured_commit = time.monotonic(), os.getloadavg(), commit()
    results = measure([name for name in names if name in MEASUREMENTS], chosen.rounds, chosen.quick, binaries)
    micro = micro_benchmarks(Path(chosen.micro), chosen.quick) if "micro" in names else []
    text = surroundings(binaries, measured_commit, load_before) + "\n\n" + report.side_by_side(results)
    if micro:
        text += "\n\n" + report.micro(micro)
    print(text)
    progress(f"{time.monotonic() - begun:.0f} s")

    if chosen.json:
        Path(chosen.json).write_text(json.dumps({"figures": results, "micro": micro}, indent=1), encoding="utf-8")
    # Spark's Master may need longer than the limit, which the table shows; Pilotlight may not.
    missing = [name for name, rounds in results.items() if any("pilotlight" not in r for r in rounds)
               and "pilotlight" in MEASUREMENTS[name][1]]
    if missing:
        progress(f"incomplete: {', '.join(missing)}")
        return 1
    if chosen.write:
        document = report.replace_between_marks(DOCUMENT.read_text(encoding="utf-8"), text)
        if document is None:
            raise Failure(f"{DOCUMENT} has lost the marks between which the figures stand")
        DOCUMENT.write_text(document, encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"benchmarks: {failure}")
