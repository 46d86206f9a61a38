#!/usr/bin/env python3
"""Real tests: unmodified Spark workers, drivers and spark-submit against one master on 127.0.0.1.

  tests/real/run.py                        part "full" on the default releases of tools/versions
  tests/real/run.py short                  what `make test` runs
  tests/real/run.py smoke                  workers, one client-mode and one cluster-mode job
  tests/real/run.py full worker_killed     only cases whose name contains a word
  SPARKS="3.4.4 4.1.4" tests/real/run.py   other releases; all releases: SPARKS=all
  MASTER=spark tests/real/run.py           against Spark's own Master, without what only Pilotlight can do
  PATIENCE=3 PILOTLIGHT=build/tsan/... tests/real/run.py    slower limits, another binary

Prints one line per case and, last, `N passed, N failed`; logs of failed cases stay in build/real. Exit status 0 only if all
passed. A case that cannot run here has failed.
"""

import sys

import cases_bad_http  # noqa: F401  importing a file of cases registers them
import cases_bad_input  # noqa: F401
import cases_basics  # noqa: F401
import cases_dialects  # noqa: F401
import cases_disk  # noqa: F401
import cases_drivers  # noqa: F401
import cases_faults  # noqa: F401
import cases_http  # noqa: F401
from cases import CASES, Scene, numbers
from cluster import SPARKS_OWN_MASTER, Spark, check_log
from harness import Failure, stop_on_signals
from suite import Tally, arguments, install, own_folder, releases

PARTS = ("short", "smoke", "full")


def main():
    stop_on_signals()
    part, words = arguments(sys.argv[1:], PARTS, __doc__)
    asked = releases()
    chosen = [case for case in CASES if part in case.parts and (not words or any(word in case.name for word in words))]
    if SPARKS_OWN_MASTER:
        chosen = [case for case in chosen if not case.ours]
    stages = [([release], [case for case in chosen if not case.pair and numbers(release) >= numbers(case.since)])
              for release in asked]
    for case in chosen:
        pair = case.pair and case.pair(asked)
        if pair:
            _stage_for(stages, pair).append(case)
    stages = [stage for stage in stages if stage[1]]
    install(sorted({release for names, _ in stages for release in names}))
    folder = own_folder("real")
    tally = Tally()
    for names, stage_cases in stages:
        title = "+".join(names)
        _play(title, folder / title, names, stage_cases, tally)
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def _play(title, folder, names, stage_cases, tally):
    scene = None
    try:
        for case in stage_cases:
            def one(case=case):
                nonlocal scene
                if scene is None:
                    scene = Scene([Spark(name) for name in names], folder)
                first_lab = len(scene.labs)
                try:
                    case.function(scene)
                    for lab in scene.labs:
                        _check_masters(lab)
                except Failure as failure:
                    labs = scene.labs[first_lab:] or scene.labs
                    raise Failure("\n".join([str(failure), *(lab.tails() for lab in labs)])) from None
            failed = not tally.run(f"{case.name} [{title}]", one)
            if scene:
                scene.after_case(failed)
        if scene and not SPARKS_OWN_MASTER:
            scene.end()
            tally.run(f"masters_stop_cleanly [{title}]", scene.check_stops)
    finally:
        if scene:
            scene.end()


def _check_masters(lab):
    for process in lab.processes:
        if process.name.startswith("master-"):
            check_log(process)


def _stage_for(stages, names):
    for stage_names, stage_cases in stages:
        if stage_names == names:
            return stage_cases
    stages.append((names, []))
    return stages[-1][1]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted; everything that was started has been stopped", file=sys.stderr)
        sys.exit(130)
