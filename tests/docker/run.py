#!/usr/bin/env python3
"""Tests of the three homes: images and compose, the Debian package, the unit under systemd as PID 1. `make test-docker`.

  tests/docker/run.py                    everything: about twelve minutes on two cores, images from the sources
  tests/docker/run.py short              what CI can afford: images with the binary that is built already, the cluster, one leader
                                         killed under a job, the package
  tests/docker/run.py full systemd       only cases whose name contains a word

Needs Docker, compose and build/pilotlight_*.deb (`make package`). Where Docker does not answer that is said loudly, and counts as
one failure unless DOCKER=optional. Everything started carries the project name or label of these tests and is removed at the end,
except the images. Prints one line per case and, last, `N passed, N failed`.
"""

import os
import subprocess
import sys

from world import CASES, Failure, Tally, remove_leftovers  # isort: skip

import cases_image  # noqa: F401  importing a file of cases registers them, in the order in which they are played
import cases_cluster  # noqa: F401
import cases_package  # noqa: F401
import cases_systemd  # noqa: F401


def main():
    words = sys.argv[1:]
    if words and words[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    part = words.pop(0) if words and words[0] in ("short", "full") else "full"
    if subprocess.run(["docker", "version"], capture_output=True, check=False).returncode != 0:
        optional = os.environ.get("DOCKER") == "optional"
        print("=" * 100 + "\nDOCKER DOES NOT ANSWER: no image was built, no container was run, no package was installed.\n" + "=" * 100)
        print(f"0 passed, {0 if optional else 1} failed")
        return 0 if optional else 1
    tally = Tally()
    remove_leftovers()
    chosen = [case for case in CASES if (part == "full" or case.short) and (not words or any(word in case.name for word in words))]
    broken = set()
    try:
        for case in chosen:
            # Without its images or its cluster a case has nothing to say.
            if case.needs in broken:
                tally.run(case.name, lambda case=case: _not_run(case))
            elif not tally.run(case.name, case.function):
                broken.add(case.name)
    finally:
        remove_leftovers()
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def _not_run(case):
    raise Failure(f"not run: {case.needs} failed")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        remove_leftovers()
        sys.exit(130)
