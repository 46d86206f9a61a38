"""Asks every master for its status all the time, from the side, and remembers: the witness against two leaders at once.

One thread for each master, a kept-alive connection, a question every few milliseconds. An answer is remembered with the times at
which the question was sent and the answer came, only when the status differs from the last, plus the last of each run. Standard
library only; nothing here knows which master is under test.
"""

import http.client
import json
import re
import threading
import time
import urllib.request
from dataclasses import dataclass

_STATUS = re.compile(rb'"status"\s*:\s*"(\w+)"')


@dataclass
class Span:
    """A master said the same from `first` (asked then) to `last` (answered then)."""
    master: str
    status: str
    first: float
    last: float


class Watch:
    """Starts at once; stop() ends it. Masters that do not run are simply silent."""

    def __init__(self, masters, every=0.02):
        self.every, self.spans, self._threads = every, {}, []
        self._stop = threading.Event()
        for master in masters:
            self.add(master)

    def add(self, master):
        self.spans[master.name] = []
        thread = threading.Thread(target=self._watch, args=(master,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def two_leaders(self, slack=0.5):
        """Sentences: a master that said ALIVE while another had been ALIVE for more than `slack` seconds and went on to be.
        The slack is for a thread of ours that gets the processor late."""
        alive = [span for spans in self.spans.values() for span in spans if span.status == "ALIVE"]
        found = []
        for one in alive:
            for other in alive:
                if one.master != other.master and other.first + slack < one.last < other.last:
                    found.append(f"{one.master} said ALIVE {one.last - other.first:.2f} s after {other.master} was ALIVE")
        return found

    def _watch(self, master):
        connection, place = None, None
        while not self._stop.wait(self.every):
            if place != (master.host, master.web_port) or connection is None:
                place = (master.host, master.web_port)
                connection = http.client.HTTPConnection(*place, timeout=100)
            asked = time.monotonic()
            try:
                connection.request("GET", "/json/")
                status = _STATUS.search(connection.getresponse().read())
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
                continue
            if status:
                self._note(master.name, status.group(1).decode(), asked, time.monotonic())

    def _note(self, name, status, asked, answered):
        spans = self.spans[name]
        if spans and spans[-1].status == status and asked - spans[-1].last < 1:
            spans[-1].last = answered
        else:
            spans.append(Span(name, status, asked, answered))


def ask(host, port, seconds):
    """What a master's /json/ says; None when it does not answer in time."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/json/", timeout=seconds) as answer:
            return json.load(answer)
    except (OSError, http.client.HTTPException, ValueError):
        return None
