#!/usr/bin/env python3
"""Builds the libFuzzer targets of tests/fuzz and runs each for FUZZ_SECONDS: tools/fuzz.py [names].

New inputs go to build/fuzz/corpus/<name>, next to (not into) the committed corpus; a crash goes to build/fuzz/crashes and its command
to reproduce is printed. Prints one line per target and, last, `N passed, N failed`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "fuzz"
SECONDS = int(os.environ.get("FUZZ_SECONDS", "20"))
MEMORY_LIMIT_MB = 2048
SLOWEST_INPUT_SECONDS = 5


def main():
    names = sys.argv[1:] or sorted(path.stem for path in (ROOT / "tests" / "fuzz").glob("*.cpp") if path.stem != "replay_main")
    BUILD.mkdir(parents=True, exist_ok=True)
    for step in (["cmake", "--preset", "fuzz"],
                 ["cmake", "--build", "--preset", "fuzz", "--target", *[f"fuzz_{name}" for name in names]]):
        if subprocess.run(step, cwd=ROOT, check=False).returncode != 0:
            print("0 passed, 1 failed")
            return 1
    print(f"{len(names)} targets, {SECONDS} s each", flush=True)
    failed = [name for name in names if not fuzz(name)]
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not names else 0


def fuzz(name):
    corpus, crashes = BUILD / "corpus" / name, BUILD / "crashes"
    corpus.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(exist_ok=True)
    committed = ROOT / "tests" / "fuzz" / "corpus" / name
    log = BUILD / f"{name}.log"
    command = [BUILD / "tests" / "fuzz" / f"fuzz_{name}", corpus, *([committed] if committed.is_dir() else []),
               f"-max_total_time={SECONDS}", f"-rss_limit_mb={MEMORY_LIMIT_MB}", f"-timeout={SLOWEST_INPUT_SECONDS}",
               f"-artifact_prefix={crashes}/{name}-", "-print_final_stats=1"]
    with open(log, "wb") as output:
        try:
            status = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, timeout=SECONDS * 4 + 120, check=False).returncode
        except subprocess.TimeoutExpired:
            status = "none: it does not end"
    text = log.read_text(encoding="utf-8", errors="replace")
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    rate = re.search(r"stat::average_exec_per_sec:\s*(\d+)", text)
    print(f"{'PASS' if status == 0 else 'FAIL'} {name} {runs.group(1) if runs else '?'} inputs, "
          f"{rate.group(1) if rate else '?'}/s", flush=True)
    if status != 0:
        print(f"     status {status}, log {log}")
        for line in re.findall(r"^(?:.*ERROR.*|.*runtime error.*|SUMMARY.*|Test unit written to .*)$", text, re.MULTILINE)[:6]:
            print(f"     {line}")
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
