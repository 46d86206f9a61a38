"""What every suite of real tests has: a tally with one line per case, the releases that were asked for, a folder of its own."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

from harness import REPOSITORY, Failure

BUILD = REPOSITORY / "build"


def arguments(given, parts, help_text):
    """The part to run ("full" unless the first word names one) and the words behind it."""
    if given and given[0] in ("-h", "--help"):
        print(help_text)
        sys.exit(0)
    if given and given[0] in parts:
        return given[0], given[1:]
    return "full", given


class Absent(Exception):
    """A case needs a program that this machine does not have; the text names it. Such a case has neither passed nor failed."""


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def run(self, name, function):
        """Runs one case, prints its line; false if it failed."""
        started = time.monotonic()
        start = "\r\033[K" if sys.stdout.isatty() else ""
        if sys.stdout.isatty():
            print(f"\r... {name}", end="", flush=True)
        try:
            function()
            trouble = None
        except Absent as absent:
            print(f"{start}NOT PLAYED {name}: {absent}", flush=True)
            return True
        except Failure as failure:
            trouble = str(failure)
        except Exception:  # pylint: disable=broad-except  a fault of the test must not end the run
            trouble = traceback.format_exc()
        print(f"{start}{'FAIL' if trouble else 'PASS'} {name} {time.monotonic() - started:.1f} s", flush=True)
        if trouble:
            self.failed += 1
            print("     " + trouble.strip().replace("\n", "\n     "), flush=True)
        else:
            self.passed += 1
        return not trouble


def own_folder(name):
    """build/<name>, emptied; another one while a second run uses that. The lock lasts as long as this process."""
    BUILD.mkdir(exist_ok=True)
    folder = BUILD / name
    lock = os.open(BUILD / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        folder = BUILD / f"{name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def releases():
    rows = [line.split() for line in (REPOSITORY / "tools" / "versions").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    asked = os.environ.get("SPARKS", "").split()
    if asked == ["all"]:
        return [row[0] for row in rows]
    return asked or [row[0] for row in rows if row[2] == "yes"]


def install(wanted):
    """Puts missing releases into build/spark; a case whose release is still missing then fails and says so."""
    if all((BUILD / "spark" / release).is_dir() for release in wanted):
        return
    environment = os.environ | {"SPARKS": " ".join(wanted)}
    subprocess.run([str(Path(REPOSITORY, "tools", "deps")), "run"], env=environment, check=False)
