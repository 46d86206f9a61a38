#!/usr/bin/env python3
"""Measures failovers from outside: three ZooKeeper servers, masters and real workers, one application. `make bench-failover`.

    benchmarks/failover.py                      200 kills, freezes, rolls, ZooKeeper servers, ten idle minutes: about half an hour
    benchmarks/failover.py --kills 20 --idle 60 --only kill,idle,simulated
    benchmarks/failover.py --write              … and writes the tables into docs/BENCHMARKS.md
    MASTER=spark benchmarks/failover.py --only kill --kills 2      Spark's own Master alone

Unless told otherwise it also starts itself with Spark's own Master for a kill or two, so that the ratio is of one run. Prints
Markdown to stdout and progress to stderr; all that it starts it ends by process id. Standard library only.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[1:1] = [str(ROOT / "tests" / "ha"), str(ROOT / "tests" / "real")]

# pylint: disable=wrong-import-position
import failover_report  # noqa: E402
import report  # noqa: E402
from cluster import SPARKS_OWN_MASTER, Spark  # noqa: E402
from failover_modes import MODES, progress  # noqa: E402
from harness import Failure, stop_on_signals  # noqa: E402
from run import commit, machine  # noqa: E402
from suite import releases  # noqa: E402

DOCUMENT = ROOT / "docs" / "BENCHMARKS.md"


def arguments():
    parser = argparse.ArgumentParser(description="Measures failovers from outside.")
    parser.add_argument("--only", metavar="MODES", default=",".join(MODES), help="comma-separated: " + ", ".join(MODES))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--fresh", type=int, default=5, help="new clusters with, and as many without a rehearsal")
    parser.add_argument("--newcomers", type=int, default=20, help="applications that come while nobody leads, one for each kill")
    parser.add_argument("--register-rounds", type=int, default=3)
    parser.add_argument("--freezes", type=int, default=10)
    parser.add_argument("--rolls", type=int, default=50)
    parser.add_argument("--zk-kills", type=int, default=6)
    parser.add_argument("--idle", type=int, default=600, metavar="SECONDS", help="under four busy loops; failovers are counted")
    parser.add_argument("--simulated", default="1000,10000", metavar="NUMBERS", help="of workers that register again after a kill")
    parser.add_argument("--simulated-kills", type=int, default=5)
    parser.add_argument("--spark-kills", type=int, default=2, help="with Spark's own Master, for the ratio; 0: none")
    parser.add_argument("--session", default="6s", help="the masters' ZooKeeper session")
    parser.add_argument("--json", metavar="FILE", help="where every single figure goes as well")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/BENCHMARKS.md")
    chosen = parser.parse_args()
    chosen.modes = chosen.only.split(",")
    chosen.simulated = [int(number) for number in chosen.simulated.split(",") if number]
    if unknown := [name for name in chosen.modes if name not in MODES]:
        parser.error(f"--only: {', '.join(unknown)} is none of {', '.join(MODES)}")
    if chosen.write and (set(chosen.modes) != set(MODES) or SPARKS_OWN_MASTER):
        parser.error("--write takes a full run of Pilotlight: without --only")
    return chosen


def measure(chosen):
    """{mode: what it found}. A mode that fails says so and leaves nothing."""
    spark, results = Spark(releases()[-1]), {}
    for name in chosen.modes:
        progress(f"{name}:")
        try:
            results[name] = MODES[name](chosen, spark)
        except Failure as failure:
            progress(f"  {name} FAILED: {failure}")
    return results


def measure_spark(chosen):
    """The same program, with Spark's own Master: the kills with real workers, and the smallest crowd of simulated ones."""
    target = ROOT / "build" / "bench" / "failover-spark.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    modes = [name for name in ("kill", "simulated") if name in chosen.modes]
    if not modes or chosen.spark_kills == 0:
        return {}
    words = ["--only", ",".join(modes), "--kills", chosen.spark_kills, "--simulated-kills", 1,
             "--simulated", min(chosen.simulated, default=""), "--json", target]
    progress("Spark's own Master:")
    subprocess.run([sys.executable, __file__, *map(str, words)], env=os.environ | {"MASTER": "spark"}, check=False,
                   stdout=subprocess.DEVNULL)
    return json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}


def main():
    stop_on_signals()
    chosen = arguments()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    load_before, measured_commit = os.getloadavg(), commit()
    results = measure(chosen)
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(results, indent=1), encoding="utf-8")
    theirs = {} if SPARKS_OWN_MASTER else measure_spark(chosen)
    text = (f"{machine(measured_commit, load_before)} Spark {releases()[-1]}; ZooKeeper's tick 500 ms, fsync on; the masters' "
            f"session {chosen.session} (Spark's own Master: 10 s, the longest that this ZooKeeper grants).\n\n"
            + failover_report.tables(results, theirs))
    print(text)
    missing = [name for name in chosen.modes if name not in results]
    if missing:
        progress(f"incomplete: {', '.join(missing)}")
        return 1
    if chosen.write:
        marks = failover_report.BEGIN, failover_report.END
        document = report.replace_between_marks(DOCUMENT.read_text(encoding="utf-8"), text, *marks)
        if document is None:
            raise Failure(f"{DOCUMENT} has lost the marks between which the figures stand")
        DOCUMENT.write_text(document, encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"benchmarks: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
