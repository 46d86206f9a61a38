"""Processes, ports and bounded waits: what every real test and the demo stand on.

Every process started here gets a session of its own, a log file, and an end: `Lab.end()` stops all of them by process id,
also after Ctrl-C, and the kernel kills them when the test program itself is killed (unless the lab is told to leave them). Every
wait has a limit, and says what it waited for. Used on one thread only. Nothing here knows Spark; that is cluster.py.
"""

import contextlib
import ctypes
import os
import random
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# Sanitizer builds and crowded machines are slower; the limits grow with this factor, the assertions do not change.
PATIENCE = float(os.environ.get("PATIENCE", "1"))

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def most_descriptors():
    """As many open files as this machine allows, while the block lasts; what is opened in it is closed in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield hard if hard != resource.RLIM_INFINITY else 1 << 20
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Failure(Exception):
    """A test's verdict, or something that must be there and is not. The text says what, and what was expected."""


class Process:
    """One child process with a log file. `name` is how messages call it."""

    def __init__(self, name, command, environment, log, outlives=False):
        self.name = name
        self.log = Path(log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as output:
            self._popen = subprocess.Popen(
                [str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=None if outlives else _die_with_parent)
        self.pid = self._popen.pid

    def status(self):
        """The exit status, negative for a signal; None while it runs."""
        return self._popen.poll()

    def running(self):
        return self.status() is None

    def kill(self, number=signal.SIGKILL):
        """Sends a signal to this process alone and, for SIGKILL, waits until it is gone."""
        if self.running():
            os.kill(self.pid, number)
        if number == signal.SIGKILL:
            self._popen.wait(timeout=10)

    def wait(self, seconds, expect=0):
        """Waits for the end; the exit status must be `expect` (None: any)."""
        try:
            status = self._popen.wait(timeout=seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} has not ended after {seconds * PATIENCE:.0f} s") from None
        if expect is not None and status != expect:
            raise Failure(f"{self.name} ended with status {status}, expected {expect}")
        return status

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def lines(self, start):
        """The lines of the log that begin with `start`, without it."""
        return [line[len(start):].strip() for line in self.text().splitlines() if line.startswith(start)]

    def end(self):
        """Stops it and whatever it started, politely for two seconds."""
        group_alive = _signal_group(self.pid, signal.SIGTERM if self.running() else signal.SIGKILL)
        deadline = time.monotonic() + 2
        while group_alive and time.monotonic() < deadline:
            self.status()
            time.sleep(0.05)
            group_alive = _signal_group(self.pid, 0)
        if group_alive:
            _signal_group(self.pid, signal.SIGKILL)
        try:
            self._popen.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass


class Lab:
    """The processes and the folder of one test or demo, ended together. With `outlives` they may go on after this program."""

    def __init__(self, folder, outlives=False):
        self.folder, self.outlives = Path(folder), outlives
        self.folder.mkdir(parents=True, exist_ok=True)
        self.processes = []

    def start(self, name, command, environment):
        process = Process(name, command, environment, self.folder / f"{name}.log", self.outlives)
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            if process.running():
                _signal_group(process.pid, signal.SIGTERM)
        for process in reversed(self.processes):
            process.end()
        self.processes.clear()

    def tails(self, lines=8):
        """The last lines of every log (without stack traces), for the report of a failure."""
        report = []
        for process in self.processes:
            status = process.status()
            state = "running" if status is None else f"ended with status {status}"
            report.append(f"--- {process.name} (pid {process.pid}, {state}): {process.log}")
            report += [line[:300] for line in process.text().splitlines() if not line.startswith("\tat ")][-lines:]
        return "\n".join(report)


def wait_for(what, condition, seconds, needs=(), every=0.05):
    """Waits until `condition()` is true and returns its value. A process of `needs` that ends meanwhile is a failure."""
    limit = seconds * PATIENCE
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        for process in needs:
            if not process.running() and not condition():
                raise Failure(f"{process.name} ended with status {process.status()} while waiting for {what}")
        if time.monotonic() > deadline:
            raise Failure(f"waited {limit:.0f} s for {what}")
        time.sleep(every)


def check(condition, otherwise):
    if not condition:
        raise Failure(otherwise)


def free_port(near=None):
    """A port of 127.0.0.1 that nobody listens on: `near` if it is free, else one below the ephemeral range."""
    candidates = ([near] if near else []) + random.sample(range(20000, 32000), 200)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failure("no free port on 127.0.0.1 between 20000 and 32000")


def children_of(parent):
    """(pid, command line words) of every living child process of `parent`."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                after_name = file.read().rpartition(")")[2].split()
            if int(after_name[1]) != parent or after_name[0] == "Z":
                continue
            with open(f"/proc/{entry}/cmdline", encoding="utf-8", errors="replace") as file:
                found.append((int(entry), file.read().split("\0")))
        except OSError:  # it ended between the listing and the reading
            continue
    return found


def alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def stop_on_signals():
    """SIGTERM and SIGHUP end the program as Ctrl-C does, through every `finally`."""
    def interrupt(_number, _frame):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)


def _die_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _signal_group(pid, number):
    try:
        os.killpg(pid, number)
        return True
    except ProcessLookupError:
        return False
