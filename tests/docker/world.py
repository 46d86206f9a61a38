"""What all cases here use: cases and their order, child processes with limits, containers that are removed at the end.

The compose cluster of these tests is a project of its own, with volumes of its own: that of a user, and what it has stored, is not
touched. Ports and names are the same, so the two cannot be up at once; cluster.py says so.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "real"))

# pylint: disable=wrong-import-position
from harness import Failure, check  # noqa: E402, F401
from suite import Tally  # noqa: E402, F401

LABEL = "pilotlight-test"
PROJECT = "pilotlight-test"
os.environ["COMPOSE_PROJECT_NAME"] = PROJECT
# Another address of this machine where something else has the ports: PUBLISH_ADDRESS=127.0.0.2 make test-docker.
HOST = os.environ.get("PUBLISH_ADDRESS", "127.0.0.1")
ENV_FILE = ROOT / "docker" / ".env"
PATIENCE = float(os.environ.get("PATIENCE", "1"))
# What docker/Makefile takes: the plugin where it is there.
V2 = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0 if shutil.which("docker") else False
COMPOSE = ["docker", "compose"] if V2 else ["docker-compose"]
CASES = []


@dataclass
class Case:
    name: str
    function: Callable
    short: bool
    needs: str


def case(short=True, needs=""):
    """Registers a case; they are played in the order of the files. `needs`: the case whose failure makes this one senseless."""
    def register(function):
        CASES.append(Case(function.__name__, function, short, needs))
        return function
    return register


@dataclass
class Done:
    code: int
    text: str


def run(*words, seconds=60, cwd=ROOT, **environment):
    """What a command prints, both ways out, and its status. A command that takes too long is a failure."""
    Progress.doing = " ".join(map(str, words))[:90].split("\n")[0]
    try:
        done = subprocess.run([str(word) for word in words], cwd=cwd, env=os.environ | environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                              timeout=seconds * PATIENCE)
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"")[-2000:]
        raise Failure(f"{' '.join(map(str, words))}: not done in {seconds * PATIENCE:.0f} s:\n{said}") from None
    return Done(done.returncode, done.stdout)


def must(*words, seconds=60, cwd=ROOT, **environment):
    """The text of a command that has to succeed."""
    done = run(*words, seconds=seconds, cwd=cwd, **environment)
    check(done.code == 0, f"{' '.join(map(str, words))}: ended with {done.code}:\n{done.text[-3000:]}")
    return done.text


def must_say(pattern, text, what):
    check(re.search(pattern, text, re.MULTILINE), f"{what} does not say /{pattern}/:\n{text[-3000:]}")


def wait_until(what, condition, seconds):
    end = time.monotonic() + seconds * PATIENCE
    while not (result := condition()):
        check(time.monotonic() < end, f"waited {seconds * PATIENCE:.0f} s in vain for {what}")
        time.sleep(0.2)
    return result


def make(target, *words, seconds=120):
    """A target of docker/Makefile, through the top-level Makefile where that forwards it."""
    return run("make", "--no-print-directory", target, *words, seconds=seconds)


class Container:
    """A container that sleeps or runs what its image says, until close()."""

    def __init__(self, name, image, *words, options=()):
        self.name = f"pilotlight-test-{name}"
        run("docker", "rm", "-f", self.name)
        must("docker", "run", "-d", "--name", self.name, "--hostname", name, "--label", LABEL, *options, image, *words)

    def run(self, script, seconds=60):
        return run("docker", "exec", self.name, "bash", "-c", script, seconds=seconds)

    def must(self, script, seconds=60):
        done = self.run(script, seconds)
        check(done.code == 0, f"in {self.name}: {script}: ended with {done.code}:\n{done.text[-3000:]}")
        return done.text

    def put(self, source, target):
        must("docker", "cp", source, f"{self.name}:{target}")

    def close(self):
        run("docker", "rm", "-f", "-v", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Progress(threading.Thread):
    """A line every twenty seconds while a case is under way: what it waits for. Building images takes minutes."""

    doing = ""

    def __init__(self, name):
        super().__init__(daemon=True)
        self.case, self.over, self.began = name, threading.Event(), time.monotonic()

    def run(self):
        while not self.over.wait(20):
            print(f"     {self.case}: {time.monotonic() - self.began:.0f} s, at: {Progress.doing}", flush=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()


def package():
    found = sorted((ROOT / "build").glob("pilotlight_*.deb"))
    check(len(found) == 1, "build/pilotlight_*.deb is not there, or there are several; run: make package")
    return found[0]


@contextmanager
def without_env_file():
    """The user's docker/.env lies aside during the tests, also after a run that was killed, and is put back."""
    aside = ENV_FILE.with_name(".env.aside")
    if ENV_FILE.exists() and not aside.exists():
        ENV_FILE.rename(aside)
    ENV_FILE.unlink(missing_ok=True)
    try:
        yield
    finally:
        ENV_FILE.unlink(missing_ok=True)
        if aside.exists():
            aside.rename(ENV_FILE)


def containers_left():
    """Names of what these tests have started and not removed."""
    return sorted({name for label in (LABEL, f"com.docker.compose.project={PROJECT}")
                   for name in run("docker", "ps", "-a", "--format", "{{.Names}}", "--filter", f"label={label}").text.split()})


def remove_leftovers():
    """Containers of these tests, and their compose cluster with its volumes and network; not a user's."""
    left = run("docker", "ps", "-aq", "--filter", f"label={LABEL}").text.split()
    if left:
        run("docker", "rm", "-f", "-v", *left)
    if containers_left() or run("docker", "volume", "ls", "-q", "--filter", f"label=com.docker.compose.project={PROJECT}").text.strip():
        run("make", "-C", "docker", "clean", seconds=120)
