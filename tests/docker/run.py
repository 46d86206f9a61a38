#!/usr/bin/env python3
"""Tests of the three homes: images and compose, the Debian package, the unit under systemd as PID 1. `make test-docker`.

  tests/docker/run.py                    everything: about twelve minutes on two cores, images from the sources
  tests/docker/run.py short              what CI can afford: images with the binary that is built already, the cluster, one leader
                                         killed under a job, the package
  tests/docker/run.py full systemd       only cases whose name contains a word

Needs Docker, compose and build/pilotlight_*.deb (`make package`), and the fixed ports of docker/compose.yaml. Where Docker does not
answer that is said loudly, and counts as one failure unless DOCKER=optional. Everything started carries the project name or label of
these tests and is removed at the end, also after a failure, Ctrl-C or SIGTERM; images stay. Prints one line per case and, last,
`N passed, N failed`.
"""

import os
import signal
import subprocess
import sys

from world import CASES, Failure, Progress, Tally, containers_left, remove_leftovers, without_env_file  # isort: skip

import cases_image  # noqa: F401  importing a file of cases registers them, in the order in which they are played
import cases_cluster  # noqa: F401
import cases_variables  # noqa: F401
import cases_package  # noqa: F401
import cases_systemd  # noqa: F401


def main():
    words = sys.argv[1:]
    if words and words[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    part = words.pop(0) if words and words[0] in ("short", "full") else "full"
    if not _docker_answers():
        optional = os.environ.get("DOCKER") == "optional"
        print("=" * 100 + "\nDOCKER DOES NOT ANSWER: no image was built, no container was run, no package was installed.\n"
              "Install Docker and start it (`docker version` must succeed for this user), then: make test-docker ARGS=short\n" + "=" * 100)
        print(f"0 passed, {0 if optional else 1} failed")
        return 0 if optional else 1
    # So that `finally` is reached when a CI ends the run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = [case for case in CASES if (part == "full" or case.short) and (not words or any(word in case.name for word in words))]
    tally = Tally()
    with without_env_file():
        remove_leftovers()
        try:
            _play(chosen, tally)
        finally:
            remove_leftovers()
    if left := containers_left():
        tally.run("nothing_is_left", lambda: _fail(f"containers are left: {left}"))
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed or not tally.passed else 0


def _docker_answers():
    try:
        return subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=30).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


def _play(chosen, tally):
    broken = set()
    for case in chosen:
        # Without its images or its cluster a case has nothing to say.
        if case.needs in broken:
            tally.run(case.name, lambda case=case: _fail(f"not run: {case.needs} failed"))
            broken.add(case.name)
            continue
        with Progress(case.name):
            if not tally.run(case.name, case.function):
                broken.add(case.name)


def _fail(why):
    raise Failure(why)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
