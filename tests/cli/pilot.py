"""Runs `pilotlight` as people and programs do: in a pipe, or in a real terminal of a given width. Nothing of the user's own
environment reaches it: no cluster that a variable names, no colours that one switches off."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

from path import cluster, harness  # isort: skip  first: it makes the others importable

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Outcome:
    def __init__(self, words, code, out, err, seconds):
        self.words, self.code, self.out, self.err, self.seconds = words, code, out, err, seconds

    def __str__(self):
        return (f"pilotlight {' '.join(map(str, self.words))}: exit {self.code} after {self.seconds:.3f} s\n"
                f"--- stdout\n{self.out}--- stderr\n{self.err}")

    def expect(self, code, out=None, err=None, within=None):
        """Fails with all that came out unless it ended so; `out` and `err` are regular expressions. Returns itself."""
        harness.check(self.code == code, f"expected exit {code}\n{self}")
        harness.check(out is None or re.search(out, self.out, re.MULTILINE), f"expected {out!r} in stdout\n{self}")
        harness.check(err is None or re.search(err, self.err, re.MULTILINE), f"expected {err!r} in stderr\n{self}")
        harness.check(within is None or self.seconds <= within * harness.PATIENCE, f"expected an answer within {within} s\n{self}")
        return self


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"TZ": "UTC"} | {name: str(value) for name, value in more.items()}


def pilot(*words, seconds=20, **variables):
    """In a pipe."""
    started = time.monotonic()
    done = subprocess.run([cluster.BINARY, *map(str, words)], env=environment(**variables), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=seconds * harness.PATIENCE, check=False)
    return Outcome(words, done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def start(*words, **variables):
    """A process whose stdout is a pipe of lines; the caller ends it."""
    return subprocess.Popen([cluster.BINARY, *map(str, words)], env=environment(**variables), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def in_terminal(*words, columns=80, until=None, **variables):
    """On a pseudo-terminal of so many columns: stdout and stderr together, as on a screen. `until`: sends Ctrl-C when this text has
    come."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    started = time.monotonic()
    process = subprocess.Popen([cluster.BINARY, *map(str, words)], env=environment(TERM="xterm-256color", **variables),
                               stdin=child, stdout=child, stderr=child, start_new_session=True,
                               preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(child)
    text = b""
    try:
        while time.monotonic() - started < 20 * harness.PATIENCE:
            if select.select([parent], [], [], 0.1)[0]:
                try:
                    piece = os.read(parent, 65536)
                except OSError:  # the other side is closed
                    break
                if not piece:
                    break
                text += piece
            if until and until.encode() in text:
                os.write(parent, b"\x03")
                until = None
        process.wait(timeout=10)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(parent)
    return Outcome(words, process.returncode, text.decode("utf-8", errors="replace").replace("\r\n", "\n"), "",
                   time.monotonic() - started)


def width(line):
    """Columns of a line without its colours."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in ESCAPES.sub("", line))
