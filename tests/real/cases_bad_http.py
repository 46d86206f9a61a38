"""Bad input over HTTP, on the RPC port and on the web UI's: wrong requests, slow ones, names that would be scripts."""

import contextlib
import json
import re
import socket
import time
import urllib.request

from cases import case
from cluster import app_of, wait_for_round
from harness import PATIENCE, check, most_descriptors, wait_for

HOST = b"\r\nHost: h\r\n"
CLOSE = b"Connection: close\r\n\r\n"
FLOOD = b"".join(b"X-%d: y\r\n" % number for number in range(3000))
# Whole requests, and the status of the answer. Whoever got one may go on with the connection unless it had to be closed.
REQUESTS = [
    (b"GET /../../etc/passwd HTTP/1.1" + HOST + CLOSE, 404),
    (b"GET /static/../../../etc/passwd HTTP/1.1" + HOST + CLOSE, 404),
    (b"GET /static/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1" + HOST + CLOSE, 404),
    (b"GET /static/pilotlight.css%00.html HTTP/1.1" + HOST + CLOSE, 400),
    (b"GET /%zz HTTP/1.1" + HOST + CLOSE, 400),
    (b"GET /json/%73tatus HTTP/1.1" + HOST + CLOSE, 200),
    (b"GET /livez?" + b"q" * 7000 + b" HTTP/1.1" + HOST + CLOSE, 200),
    (b"GET /livez?" + b"q" * 70000 + b" HTTP/1.1" + HOST + CLOSE, 431),
    (b"GET /livez HTTP/1.1" + HOST + FLOOD + CLOSE, 431),
    (b"GET /livez HTTP/1.1" + HOST + b"X: " + b"x" * 100_000, 431),
    (b"GET /livez HTTP/1.1\r\n" + CLOSE, 400),
    (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + CLOSE, 400),
    (b"GET /redirect HTTP/1.1\r\nHost: elsewhere\"><script>\r\n" + CLOSE, 307),
    (b"GET /livez HTTP/1.1\r\nHost: [::1]:8080\r\n" + CLOSE, 200),
    (b"GET http://elsewhere/livez HTTP/1.1" + HOST + CLOSE, 200),
    (b"GET /livez HTTP/1.0\r\n\r\n", 200),
    (b"GET /livez\r\n", 400),
    (b"GET /livez HTTP/2.0" + HOST + CLOSE, 400),
    (b"HEAD /json/ HTTP/1.1" + HOST + CLOSE, 200),
    (b"OPTIONS /json/ HTTP/1.1" + HOST + CLOSE, 405),
    (b"TRACE / HTTP/1.1" + HOST + CLOSE, 405),
    (b"DELETE / HTTP/1.1" + HOST + CLOSE, 405),
    (b"GET /app/kill/?id=x&terminate=true HTTP/1.1" + HOST + CLOSE, 405),
    (b"POST /api/kill HTTP/1.1" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /api/kill HTTP/1.1" + HOST + b"Content-Length: -1\r\n" + CLOSE, 400),
    (b"POST /api/kill HTTP/1.1" + HOST + b"Content-Length: 99999999\r\n" + CLOSE, 413),
    (b"POST /api/kill HTTP/1.1" + HOST + b"Content-Length: 50000\r\n" + CLOSE + b"[" * 50000, 400),
]
SLOW = 400


def _statuses(port, request):
    """Statuses of all answers that come until the master closes."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10 * PATIENCE) as connection:
        with contextlib.suppress(ConnectionError):  # what was left unread resets it
            connection.sendall(request)
            while piece := connection.recv(65536):
                said += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", said)], said


@case("short", ours=True)
def bad_requests_are_answered_and_leave_the_master_serving(scene):
    cluster = scene.cluster()
    for port in (cluster.port, cluster.web_port):
        for request, status in REQUESTS:
            found, said = _statuses(port, request)
            check(found == [status], f"{request[:70]} is answered {said[:200]}, expected {status}")
            check(b"root:" not in said and b"<script>" not in said, f"{request[:70]} is answered {said[:400]}")
        many = b"GET /livez HTTP/1.1" + HOST + b"\r\n"
        found, said = _statuses(port, many * 20 + b"GET /leader HTTP/1.1" + HOST + CLOSE)
        check(found == [200] * 21 and said.endswith(b"\n"), f"21 requests in a row are answered {found}")
    check(len(cluster.alive_workers()) == 2, f"{len(cluster.alive_workers())} workers ALIVE, expected 2")
    cluster.check_master()


@case(ours=True)
def slow_requests_disturb_nobody_and_are_cut(scene):
    with most_descriptors():
        _drip(scene.cluster())


def _drip(cluster):
    """Hundreds of requests on each port that come a byte at a time and never end."""
    began, slowest = time.monotonic(), 0.0
    heard = {worker["id"]: worker["lastheartbeat"] for worker in cluster.alive_workers()}
    drips = [socket.create_connection(("127.0.0.1", port), timeout=10) for port in (cluster.port, cluster.web_port)
             for _ in range(SLOW)]
    try:
        for drip in drips:
            drip.sendall(b"GET /livez HTTP/1.1\r\nX-Slow: ")
            drip.setblocking(False)
        cut = set()
        # A request has 30 s to arrive.
        while len(cut) < len(drips) and time.monotonic() < began + 45 * PATIENCE:
            for drip in drips:
                if drip not in cut:
                    try:
                        drip.send(b"x")
                        if not drip.recv(4096):
                            cut.add(drip)
                    except BlockingIOError:
                        pass
                    except OSError:
                        cut.add(drip)
            asked = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{cluster.web_port}/livez", timeout=5 * PATIENCE) as answer:
                answer.read()
            slowest = max(slowest, time.monotonic() - asked)
            if time.monotonic() < began + 20:
                check(not cut, "a request was cut before its 30 s were over")
            time.sleep(0.3)
        check(len(cut) == len(drips), f"{len(drips) - len(cut)} of {len(drips)} slow requests are still open")
        check(slowest < PATIENCE, f"/livez took {slowest:.2f} s beside {len(drips)} slow requests")
        check(all(worker["lastheartbeat"] > heard[worker["id"]] for worker in cluster.alive_workers()), "a heartbeat is missing")
        check(len(cluster.alive_workers()) == 2, f"{len(cluster.alive_workers())} workers ALIVE, expected 2")
    finally:
        for drip in drips:
            drip.close()
    cluster.check_master()


@case(ours=True)
def a_name_that_would_be_a_script_is_text_everywhere(scene):
    cluster = scene.cluster()
    name = "</title><script>alert(1)</script><img src=x onerror='alert(2)'>"
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "4", "50", stop, conf={"spark.app.name": name})
    wait_for_round(job, 1, 90, [cluster.master])
    address = f"http://127.0.0.1:{cluster.web_port}"

    def get(path):
        with urllib.request.urlopen(address + path, timeout=10) as answer:
            return answer.headers, answer.read().decode()

    def look():
        for path in ("/", f"/app/?appId={app_of(job)}"):
            headers, page = get(path)
            check("&lt;script&gt;alert(1)" in page, f"{path} does not show the name")
            check("<script>alert" not in page and "<img" not in page, f"{path} has a script of the application's")
            check("script-src 'self'" in headers["Content-Security-Policy"], f"{path}: {headers['Content-Security-Policy']}")
        for path, kind in (("/json/", "text/json"), ("/cluster", "application/json"), ("/metrics/applications/json", "text/json")):
            headers, text = get(path)
            check(name in json.dumps(json.loads(text)), f"{path} does not have the name")
            check(headers["Content-Type"].startswith(kind) and headers["X-Content-Type-Options"] == "nosniff",
                  f"{path} may be taken for a page: {headers['Content-Type']}")
        for path in ("/metrics", "/metrics/applications/prometheus"):
            check("script>" not in get(path)[1], f"{path} has the name as it is")

    look()
    with urllib.request.urlopen(address + "/events", timeout=10 * PATIENCE) as stream:
        stop.touch()
        job.wait(60)
        events = [stream.readline().decode() for _ in range(8)]
    check(all(line.startswith(("event: cluster", "data: {\"revision\":", "retry:", ":")) or not line.strip() for line in events),
          f"the stream of events says {events}")
    wait_for("the application to have ended", lambda: not cluster.state()["activeapps"], 20)
    look()
    cluster.wait_until_idle()
