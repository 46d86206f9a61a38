"""Measures a failover from outside: from an instant until a master answers ALIVE, and until it has everything back.

Asks every candidate for /json/ over a connection that is already open, one question under way for each and the next a millisecond
after the answer, so that the clock's step is a millisecond and the questions cost the machine little. One thread.
"""

import json
import re
import selectors
import socket
import time
from dataclasses import dataclass

from harness import Failure

STEP = 0.001
_STATUS = re.compile(rb'"status"\s*:\s*"(\w+)"')
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


@dataclass
class Timing:
    """Seconds after the instant. `whole` is None when it was not asked for."""
    master: object
    alive: float
    whole: float = None


class _Connection:
    """To one candidate. `due` is when it is to be asked next; None while an answer is awaited."""

    def __init__(self, master):
        self.master, self.received, self.due, self.socket = master, b"", 0.0, None
        self.request = f"GET /json/ HTTP/1.1\r\nHost: {master.host}:{master.web_port}\r\n\r\n".encode("ascii")

    def open(self):
        self.socket = socket.create_connection((self.master.host, self.master.web_port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self):
        self.received, self.due = b"", None
        self.socket.sendall(self.request)

    def read(self):
        """The whole answer's body, or None while it is not complete."""
        part = self.socket.recv(1 << 20)
        # A server that writes head and body apart would otherwise wait 40 ms for our acknowledgement of the first.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not part:
            raise OSError("closed")
        self.received += part
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = _LENGTH.search(head)
        complete = len(body) >= int(length.group(1)) if length else body.endswith(b"0\r\n\r\n")
        if not complete:
            return None
        self.due = time.monotonic() + STEP
        return body


class Stopwatch:
    """Connects to the candidates at once: make it before the fault. What breaks is opened again, every ten steps."""

    def __init__(self, masters):
        self.selector, self.connections = selectors.DefaultSelector(), [_Connection(master) for master in masters]
        for connection in self.connections:
            self._safely(connection, lambda: None)

    def close(self):
        for connection in self.connections:
            if connection.socket:
                connection.socket.close()
        self.selector.close()

    def run(self, since, whole=None, limit=120):
        """Until a candidate says ALIVE and then until `whole(its state)`. `since` is time.monotonic() at the fault."""
        timing = None
        while time.monotonic() < since + limit:
            now = time.monotonic()
            for connection in self.connections:
                if connection.due is not None and connection.due <= now:
                    self._safely(connection, connection.ask)
            for key, _ in self.selector.select(STEP):
                body = self._safely(key.data, key.data.read)
                if body is None:
                    continue
                status = _STATUS.search(body)
                if not status or status.group(1) != b"ALIVE":
                    continue
                after = time.monotonic() - since
                if timing is None:
                    timing = Timing(key.data.master, after)
                if whole is None:
                    return timing
                if key.data.master is timing.master and whole(_json(body)):
                    timing.whole = after
                    return timing
        if timing is None:
            raise Failure(f"no master was ALIVE {limit} s after the fault")
        raise Failure(f"{timing.master.name} was ALIVE after {timing.alive:.3f} s and had not everything back after {limit} s")

    def _safely(self, connection, action):
        try:
            if connection.socket is None:
                connection.open()
                self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            return action()
        except OSError:
            if connection.socket:
                if connection.socket.fileno() in self.selector.get_map():
                    self.selector.unregister(connection.socket)
                connection.socket.close()
            connection.socket, connection.due = None, time.monotonic() + 10 * STEP
            return None


def everything_back(workers, apps):
    """For Stopwatch.run: that many workers ALIVE and these applications RUNNING."""
    def whole(state):
        running = {row["id"] for row in state["activeapps"] if row["state"] == "RUNNING"}
        return sum(row["state"] == "ALIVE" for row in state["workers"]) >= workers and set(apps) <= running
    return whole


def _json(body):
    """Also of a chunked body, of which the lines with lengths are left out."""
    try:
        return json.loads(body)
    except ValueError:
        return json.loads(body[body.index(b"{"):body.rindex(b"}") + 1])
