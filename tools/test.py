#!/usr/bin/env python3
"""Runs tiers of tests and adds them up: tools/test.py [--preset=release|asan|tsan] build lint unit cli real ha docker pages.

  build   configure and compile the preset, tests included
  lint    tools/lint
  unit    unit tests, scenarios and corpora, through ctest
  cli     tests/cli: the command line against real masters
  real    tests/real: part "short" on the default Spark releases; under a sanitizer one case on the first of them
  ha      tests/ha: part "short", three masters and three ZooKeeper servers; under a sanitizer the cases in which a leader dies
  docker  tests/docker: part "short", where Docker answers; where it does not, that is said and counts as nothing
  pages   tests/pages: headless Chromium, the gallery and a real cluster

Prints what it does and, last, `N passed, N failed`: single cases of gtest, scenarios, checks and real tests. A tier that cannot run
counts as one failure. Called by the Makefile, which has installed what is needed.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TALLY = re.compile(r"^(\d+) passed, (\d+) failed\s*$", re.MULTILINE)
CORES = os.cpu_count() or 2
# One case is enough to take the daemon through start, recovery, real peers and stop.
REAL_UNDER_SANITIZER = ("short", "master_restarted")
HA_UNDER_SANITIZER = ("short", "killed")
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


class Suite:
    def __init__(self, preset):
        self.preset = preset
        self.folder = ROOT / "build" / preset
        self.sanitized = preset != "release"
        self.environment = os.environ | (SANITIZER_OPTIONS if self.sanitized else {})

    def build(self):
        """(0, 0), or (0, 1) if it does not compile: a build is no test, but a broken one is a failure."""
        self.folder.mkdir(parents=True, exist_ok=True)
        steps = [["cmake", "--preset", self.preset], ["cmake", "--build", "--preset", self.preset]]
        for step in steps:
            if subprocess.run(step, cwd=ROOT, env=self.environment, check=False).returncode != 0:
                return 0, 1
        if not self.sanitized:
            link = ROOT / "build" / "pilotlight"
            link.unlink(missing_ok=True)
            link.symlink_to(self.binary().relative_to(link.parent))
        return 0, 0

    def lint(self):
        return self._counted([sys.executable, "tools/lint/run.py"], self.environment)

    def unit(self):
        """ctest runs the programs; gtest's reports say how many cases each has."""
        reports = self.folder / "reports"
        shutil.rmtree(reports, ignore_errors=True)
        reports.mkdir(parents=True)
        summary = reports / "ctest.xml"
        subprocess.run(
            ["ctest", "--test-dir", self.folder, "--output-on-failure", "--parallel", str(CORES), "--timeout", "600",
             "--no-tests=error", "--test-output-size-passed", "1000000", "--output-junit", summary],
            cwd=ROOT, env=self.environment | {"GTEST_OUTPUT": f"xml:{reports / 'gtest'}/"}, check=False)
        return _add_up(summary, reports / "gtest") if summary.exists() else (0, 1)

    def cli(self):
        environment = self.environment | {"PILOTLIGHT": str(self.binary()),
                                          "LOAD": str(self.folder / "benchmarks" / "load" / "pilotlight_load")}
        if self.sanitized:
            environment |= {"PATIENCE": "3"}
        return self._counted([sys.executable, "tests/cli/run.py"], environment)

    def real(self):
        environment = self.environment | {"PILOTLIGHT": str(self.binary())}
        words = ["short"]
        if self.sanitized:
            words = list(REAL_UNDER_SANITIZER)
            environment |= {"PATIENCE": "3", "SANITIZED": "1", "SPARKS": os.environ.get("SPARKS") or _first_release()}
        return self._counted([sys.executable, "tests/real/run.py", *words], environment)

    def ha(self):
        environment = self.environment | {"PILOTLIGHT": str(self.binary()),
                                          "LOAD": str(self.folder / "benchmarks" / "load" / "pilotlight_load")}
        words = ["short"]
        if self.sanitized:
            words = list(HA_UNDER_SANITIZER)
            environment |= {"PATIENCE": "3", "SANITIZED": "1", "SPARKS": os.environ.get("SPARKS") or _first_release()}
        return self._counted([sys.executable, "tests/ha/run.py", *words], environment)

    def docker(self):
        """Containers and the Debian package. A machine without Docker has nothing to test here, loudly."""
        made = subprocess.run(["tools/package"], cwd=ROOT, env=self.environment, check=False)
        if made.returncode != 0:
            return 0, 1
        return self._counted([sys.executable, "tests/docker/run.py", "short"], self.environment | {"DOCKER": "optional"})

    def pages(self):
        environment = self.environment | {"PILOTLIGHT": str(self.binary()), "PRESET": self.preset}
        return self._counted([sys.executable, "tests/pages/run.py"], environment)

    def binary(self):
        return self.folder / "src" / "cli" / "pilotlight"

    def _counted(self, command, environment):
        """Runs a program that ends with `N passed, N failed`, showing its output as it comes."""
        text = ""
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, errors="replace") as child:
            for line in child.stdout:
                if not TALLY.match(line):
                    print(line, end="", flush=True)
                text += line
        found = TALLY.findall(text)
        if not found:
            return 0, 1
        passed, failed = map(int, found[-1])
        return passed, failed if failed or child.returncode == 0 else 1


def main():
    preset, tiers = "release", []
    for word in sys.argv[1:]:
        if word.startswith("--preset="):
            preset = word.partition("=")[2]
        elif word in ("build", "lint", "unit", "cli", "real", "ha", "docker", "pages"):
            tiers.append(word)
        else:
            sys.exit(f"unknown word {word!r}\n\n{__doc__}")
    suite = Suite(preset)
    rows = []
    for tier in tiers:
        print(f"== {tier}" + (f" ({preset})" if preset != "release" else ""), flush=True)
        started = time.monotonic()
        passed, failed = getattr(suite, tier)()
        rows.append((tier, passed, failed, time.monotonic() - started))
        if tier == "build" and failed:
            print("the build is broken; nothing else was run", flush=True)
            break
    print("\n== summary")
    for tier, passed, failed, seconds in rows:
        print(f"{tier:<6} {passed:>6} passed {failed:>4} failed {seconds:>7.0f} s")
    failed = sum(row[2] for row in rows)
    print(f"{sum(row[1] for row in rows)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _add_up(summary, gtest_folder):
    """Cases of all ctest programs: from gtest's report, else from a last line `N passed, N failed`, else one each."""
    passed = failed = 0
    for case in ET.parse(summary).getroot().iter("testcase"):
        ended_well = case.get("status") == "run" and case.find("failure") is None
        report = gtest_folder / f"{case.get('name')}.xml"
        said = TALLY.findall(case.findtext("system-out") or "")
        if report.exists():
            root = ET.parse(report).getroot()
            bad = int(root.get("failures")) + int(root.get("errors"))
            good = int(root.get("tests")) - bad - int(root.get("disabled"))
        elif said:
            good, bad = map(int, said[-1])
        else:
            good, bad = (1, 0) if ended_well else (0, 1)
        passed += good
        failed += bad if ended_well else max(bad, 1)
    return passed, failed


def _first_release():
    for line in (ROOT / "tools" / "versions").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] == "yes":
            return fields[0]
    sys.exit("tools/versions names no release that is tested by default")


if __name__ == "__main__":
    sys.exit(main())
