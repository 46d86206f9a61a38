"""Clients that read pages as fast as a master gives them, over kept connections. They look at nothing but the length.

The readers are processes of their own, so that reading one page does not wait for reading another. Standard library only.
"""

import multiprocessing
import re
import socket
import time
import urllib.request

from masters import Failure


class PageClient:
    """One kept connection that asks for the same page again and again."""

    def __init__(self, port, path):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self._buffer = bytearray(1 << 20)

    def get(self):
        """Seconds from the request to the last byte of the answer. Both masters send a Content-Length or chunks."""
        begun = time.monotonic()
        self._socket.sendall(self._request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._some()
        head, _, body = head.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise Failure(f"a page was answered with {head[:60]!r}")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if length:
            left = int(length.group(1)) - len(body)
            while left > 0:
                left -= len(self._some())
        else:
            tail = body[-5:]
            while not tail.endswith(b"0\r\n\r\n"):
                tail = (tail + self._some())[-5:]
        return time.monotonic() - begun

    def _some(self):
        count = self._socket.recv_into(self._buffer)
        if count == 0:
            raise Failure("the master closed the connection of a reader")
        return bytes(memoryview(self._buffer)[:count])


def percentile(times, rank):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * rank // 100)]


def _read(port, path, stop, results):
    client, times = PageClient(port, path), []
    while not stop.is_set():
        times.append(client.get())
    results.put(times)


class Readers:
    """Clients that read until the block ends."""

    def __init__(self, port, path, number):
        self._stop, self._results = multiprocessing.Event(), multiprocessing.Queue()
        self._processes = [multiprocessing.Process(target=_read, args=(port, path, self._stop, self._results), daemon=True)
                           for _ in range(number)]
        self.times = []

    def __enter__(self):
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for _ in self._processes:
            self.times += self._results.get(timeout=60)
        for process in self._processes:
            process.join(timeout=10)

    def count(self):
        return len(self.times)


def read_pages(port, path, number, seconds):
    """How many answers, and the times of each."""
    with Readers(port, path, number) as readers:
        time.sleep(seconds)
    return readers.count(), readers.times


def slice_bounds(port):
    """Seconds: the least bounds of the histogram that 99 % of all slices of snapshots, and all of them, stayed below."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    buckets = [(float(bound), int(count)) for bound, count in
               re.findall(r'pilotlight_snapshot_slice_seconds_bucket\{le="([^"]+)"\} (\d+)', text)]
    total = buckets[-1][1]
    return [next(bound for bound, count in buckets if count >= share * total) for share in (0.99, 1)]
