"""One failover of the compose cluster, measured from outside through the masters' own API.

Every master is asked for its status every few milliseconds. What counts is the time between the last answer ALIVE of the old
leader and the first ALIVE of another: nobody led in between, and Docker's own delay is not in it. What the new leader says
about its phases, and what became of workers and job, is printed beside it.
"""

import http.client
import json
import statistics
import threading
import time

from lib.compose import HOST, PATIENCE, docker, submit

STEP = 0.005
NETWORK = "spark-network"
PHASES = ["claimed", "state_ready", "first_worker", "all_workers", "all_applications", "first_launch"]


class Watch(threading.Thread):
    """Asks one master for its status again and again. `answers` are (instant, status); one thread each."""

    def __init__(self, name, port):
        super().__init__(daemon=True)
        self.name_of_master, self.port, self.answers, self.stopped = name, port, [], threading.Event()

    def run(self):
        connection = None
        while not self.stopped.wait(STEP):
            try:
                connection = connection or http.client.HTTPConnection(HOST, self.port, timeout=0.3)
                connection.request("GET", "/json/status")
                said = json.loads(connection.getresponse().read()).get("status", "")
                self.answers.append((time.monotonic(), said))
            except (OSError, ValueError, http.client.HTTPException):
                if connection:
                    connection.close()
                connection = None

    def alive(self):
        return [instant for instant, said in self.answers if said == "ALIVE"]

    def last_alive_before(self, end):
        return max((instant for instant in self.alive() if instant < end), default=None)


def document(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/json/")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def _until(condition, seconds):
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        try:
            if result := condition():
                return result
        except (OSError, ValueError, http.client.HTTPException):
            pass
        time.sleep(0.02)
    return None


def _address(container):
    found = docker("inspect", "-f", f'{{{{(index .NetworkSettings.Networks "{NETWORK}").IPAddress}}}}', container)
    return found.stdout.strip()


FAULTS = {"kill": lambda name: docker("kill", name), "pause": lambda name: docker("pause", name),
          "disconnect": lambda name: docker("network", "disconnect", NETWORK, name), "stop": lambda name: docker("stop", name)}
REPAIRS = {"kill": lambda name: docker("start", name), "pause": lambda name: docker("unpause", name),
           "disconnect": lambda name: docker("network", "connect", "--alias", name, NETWORK, name),
           "stop": lambda name: docker("start", name)}


def start_job():
    """A driver in client mode that is at work; None, and a line that says why, when it does not come so far."""
    print("starting a job in client mode, 200 tasks of a quarter of a second")
    job = submit("client", class_name="PilotlightPi", arguments=["200", "250"], tasks=True)
    if _until(lambda: "task" in job.text() or not job.running(), 90) and job.running():
        return job
    print("FAIL  the job did not come to work:\n" + job.text()[-3000:])
    return None


def job_is_well(job):
    """It runs, or has ended by itself without an error; otherwise a line says so."""
    return job.running() or job.process.returncode == 0 or ended_well(job)


def ended_well(job):
    text, code = job.finish(180)
    good = code == 0 and "Pi is roughly 3.1" in text
    print(f"{'PASS' if good else 'FAIL'}  the job went on and ended well" + ("" if good else ":\n" + text[-3000:]))
    return good


def fail_over(fault, old, masters, workers):
    """Breaks the leader `old`, prints what happened, mends it again. Milliseconds without a leader, or None."""
    watches = {name: Watch(name, port) for name, port in masters.items()}
    for watch in watches.values():
        watch.start()
    time.sleep(0.3)
    print(f"{fault} {old}, which leads")
    began = time.monotonic()
    FAULTS[fault](old)
    new = _until(lambda: next((name for name, watch in watches.items() if name != old and watch.alive()), None), 60)
    try:
        return _report(watches, old, new, masters, workers, began)
    finally:
        for watch in watches.values():
            watch.stopped.set()
        REPAIRS[fault](old)


def _report(watches, old, new, masters, workers, began):
    if new is None:
        print("FAIL  nobody else led within 60 s")
        return None
    first = watches[new].alive()[0]
    last = watches[old].last_alive_before(first) or began
    gap = (first - last) * 1000
    back = _until(lambda: document(masters[new]).get("aliveworkers", 0) >= workers, 60)
    flight = document(masters[new]).get("failovers", [{}])[-1]
    print(f"{new} leads: {gap:.0f} ms after the last answer of the old leader (the clock's step is {STEP * 1000:.0f} ms)")
    phases = flight.get("phases_ms", {})
    print(f"epoch {flight.get('epoch', '?')}, noticed by {flight.get('cause', '?')}; ms after that: "
          + ", ".join(f"{name.replace('_', ' ')} {phases[name]:.1f}" for name in PHASES if phases.get(name) is not None))
    print(f"{'PASS' if back else 'FAIL'}  all {workers} workers are with the new leader")
    return gap if back else None


def percentiles(took):
    ordered = sorted(took)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return (f"{len(ordered)} failovers: p50 {statistics.median(ordered):.0f} ms, p99 {at(0.99):.0f} ms, "
            f"least {ordered[0]:.0f}, most {ordered[-1]:.0f}")
