#!/usr/bin/env python3
"""HA tests: several masters, real ZooKeeper servers, unmodified Spark workers and jobs, and something that breaks. `make test-ha`.

  tests/ha/run.py                        part "full" with the default releases of tools/versions: over half an hour
  tests/ha/run.py short                  what CI runs: under four minutes
  tests/ha/run.py full frozen zookeeper  only cases whose name contains a word
  SPARKS="3.4.4 4.1.4" tests/ha/run.py   other releases
  MASTER=spark tests/ha/run.py short     Spark's own Master, without what only Pilotlight can do
  PATIENCE=3 PILOTLIGHT=... tests/ha/run.py    slower limits, another binary

Prints one line per case and, last, `N passed, N failed`; logs stay in build/ha. After every case ZooKeeper's transaction log is
read for writes that were not fenced. Cases that need network namespaces are left out, with a line, when this is not root.
"""

import os
import sys

from path import cluster as real_cluster  # isort: skip  first: it makes tests/real importable for all the others
from path import harness, suite  # isort: skip

import cases_crowd  # noqa: F401  importing a file of cases registers them
import cases_ensemble  # noqa: F401
import cases_fault_tolerance  # noqa: F401
import cases_jvm_masters  # noqa: F401
import cases_large  # noqa: F401
import cases_leader  # noqa: F401
import cases_moments  # noqa: F401
import cases_network  # noqa: F401
import cases_resets  # noqa: F401
import cases_self  # noqa: F401
import cases_supervised  # noqa: F401
from scene import CASES, Scene

PARTS = ("short", "full")


def main():
    harness.stop_on_signals()
    part, words = suite.arguments(sys.argv[1:], PARTS, __doc__)
    asked = suite.releases()
    chosen = [case for case in CASES if part in case.parts and (not words or any(word in case.name for word in words))]
    if real_cluster.SPARKS_OWN_MASTER:
        chosen = [case for case in chosen if not case.ours]
    if os.geteuid() != 0:
        for case in [case for case in chosen if case.root]:
            print(f"not run: {case.name} needs root, for network namespaces", flush=True)
        chosen = [case for case in chosen if not case.root]
    suite.install(asked)
    folder, tally = suite.own_folder("ha"), suite.Tally()
    for names, cases in _stages(asked, chosen):
        _play("+".join(names), folder, names, cases, tally)
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def _stages(asked, chosen):
    """[(releases, cases)]: those that take all lines at once first, which Spark's own Master cannot have."""
    groups = {}
    for case in chosen:
        if case.lines == "mixed" and not real_cluster.SPARKS_OWN_MASTER:
            groups.setdefault(tuple(asked), []).append(case)
        else:
            for release in asked if case.lines == "each" else asked[-1:]:
                groups.setdefault((release,), []).append(case)
    return list(groups.items())


def _play(title, folder, names, cases, tally):
    scene = None
    try:
        for case in cases:
            def one(case=case):
                nonlocal scene
                if scene is None:
                    scene = Scene([real_cluster.Spark(name) for name in names], folder / title)
                try:
                    case.function(scene)
                    for cluster in scene.clusters:
                        scene.verify(cluster)
                except harness.Failure as failure:
                    raise harness.Failure("\n".join([str(failure), *(c.lab.tails() for c in scene.clusters)])) from None
            failed = not tally.run(f"{case.name} [{title}]", one)
            if scene:
                scene.after_case(failed)
    finally:
        if scene:
            scene.end()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted; everything that was started has been stopped", file=sys.stderr)
        sys.exit(130)
