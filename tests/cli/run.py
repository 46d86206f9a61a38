#!/usr/bin/env python3
"""The command line end to end: `pilotlight status`, `kill`, `health` … against real masters and a real ZooKeeper. `make test-cli`.

  tests/cli/run.py                all cases: under a minute
  tests/cli/run.py failover kill  only cases whose name contains a word
  PATIENCE=3 PILOTLIGHT=... tests/cli/run.py    slower limits, another binary

Workers and applications are the load generator's (LOAD=..., build/release/benchmarks/load/pilotlight_load); one submission is Spark's
own. Prints one line per case and, last, `N passed, N failed`; logs stay in build/cli.
"""

import sys

from path import harness, suite  # isort: skip  first: it makes the others importable

import cases_alone  # noqa: F401  importing a file of cases registers them
import cases_cluster  # noqa: F401
import cases_nobody  # noqa: F401
import cases_scripts  # noqa: F401
import cases_shells  # noqa: F401
import cases_trouble  # noqa: F401
from stage import CASES, Stage


def main():
    harness.stop_on_signals()
    _, words = suite.arguments(sys.argv[1:], ("full",), __doc__)
    chosen = [case for case in CASES if not words or any(word in case.__name__ for word in words)]
    suite.install(suite.releases()[-1:])
    stage, tally = Stage(suite.own_folder("cli")), suite.Tally()
    try:
        for case in chosen:
            def one(case=case):
                try:
                    case(stage)
                except harness.Failure as failure:
                    raise harness.Failure(f"{failure}\n{stage.tails()}") from None
            tally.run(case.__name__, one)
    finally:
        stage.end()
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted; everything that was started has been stopped", file=sys.stderr)
        sys.exit(130)
