#!/usr/bin/env python3
"""What the Makefile of this folder asks and does with the running cluster. Python's own library, Docker and compose, nothing else.

  cluster.py room             whether ports and names that the cluster needs are free on this machine; exit 1, and who has them
  cluster.py wait [SECONDS]   until one master leads, three are in the election and all workers are registered
  cluster.py settle           until Docker's own health checks have seen every container, or a minute has passed
  cluster.py health           PASS or FAIL for every part; exit 1 when one failed
  cluster.py status           who leads, who stands by, what runs
  cluster.py ui               where the pages are
  cluster.py leader           the container that leads
  cluster.py driver ID        the state of that driver as the leader knows it; nothing when nobody does
  cluster.py test             health, then one application whose event log the history server must show
  cluster.py failover         break the leader under a running job and measure: FAULT=kill|pause|disconnect|stop, LIMIT_MS=2000,
                              REPEAT=1
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

from lib.compose import HOST, PATIENCE, PROJECT, docker, publish_address, state_of, submit
from lib.failover import ended_well, fail_over, job_is_well, percentiles, start_job

MASTERS = {"spark-master-1": 8080, "spark-master-2": 8081, "spark-master-3": 8082}
WORKERS = {"spark-worker-1": 8083, "spark-worker-2": 8084, "spark-worker-3": 8085}
SERVERS = ["zookeeper-1", "zookeeper-2", "zookeeper-3"]
HISTORY = 18080
PORTS = ({port: name for name, port in (MASTERS | WORKERS).items()} | {HISTORY: "spark-history"}
         | {2181 + at: name for at, name in enumerate(SERVERS)} | {7077 + at: name for at, name in enumerate(MASTERS)})


def get(port, path, seconds=2):
    """The body of an answer 200 as text; None for any other."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=seconds) as answer:
            return answer.read().decode("utf-8")
    except (OSError, ValueError):
        return None


def state(name):
    """What a master says at /json/; {} when it does not answer."""
    try:
        return json.loads(get(MASTERS[name], "/json/") or "{}")
    except ValueError:
        return {}


def leader():
    """The container whose master is ALIVE; None when there is not exactly one."""
    alive = [name for name in MASTERS if state(name).get("status") == "ALIVE"]
    return alive[0] if len(alive) == 1 else None


def members(document):
    return document.get("masters", [])


def missing():
    """What is not as it should be, as sentences."""
    problems = []
    states = {name: state(name) for name in MASTERS}
    alive = [name for name, said in states.items() if said.get("status") == "ALIVE"]
    problems += [f"{name} does not answer on port {MASTERS[name]}" for name, said in states.items() if not said]
    if len(alive) != 1:
        return [*problems, "no master leads" if not alive else f"more than one master says ALIVE: {alive}"]
    lead = states[alive[0]]
    # One that is no voter yet does not help to depose a frozen leader.
    whole = {"linked": "yes", "voter": "yes", "mirror": "complete"}
    running = [member for member in members(lead) if whole.items() <= member.items()]
    if members(lead) and len(running) < len(MASTERS):
        problems.append(f"{len(running)} of {len(MASTERS)} masters are voters in the election with all records")
    if lead.get("aliveworkers", 0) < len(WORKERS):
        problems.append(f"{lead.get('aliveworkers', 0)} of {len(WORKERS)} workers are registered")
    return problems


def room():
    """Compose stops half-way at a port or a name that is taken, and says so among forty other lines."""
    rows = [line.split("\t") for line in docker("ps", "-a", "--format", '{{.Names}}\t{{.Label "com.docker.compose.project"}}\t{{.Ports}}')
            .stdout.splitlines()]
    ours = [row for row in rows if row[1] == PROJECT]
    others = [row for row in rows if row[1] != PROJECT]
    problems = [f"there is a container {name} already (project {project or 'none'}); remove it: docker rm -f {name}"
                for name, project, _ in others if name in PORTS.values()]
    for port, wanted in sorted(PORTS.items()):
        if any(f":{port}->" in published for _, _, published in ours):
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((publish_address(), port))
            except OSError:
                problems.append(f"port {port} of {publish_address()}, which {wanted} needs, is taken by {_holder(port, others)}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("nothing was started; the cluster has fixed ports and names (docs/DOCKER.md): end what is in the way, or\n"
              "take another address of this machine: PUBLISH_ADDRESS=127.0.0.2 make up (or in docker/.env)", file=sys.stderr)
    return 1 if problems else 0


def _holder(port, others):
    """Who listens there, as far as this user may see it."""
    for name, _, published in others:
        if f":{port}->" in published:
            return f"the container {name}"
    try:
        said = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        said = ""
    found = re.search(r'\(\("([^"]+)",pid=(\d+)', said)
    return f"{found.group(1)}, pid {found.group(2)}" if found else f"a process that this user cannot see (as root: ss -ltnp 'sport = :{port}')"


def wait(seconds=120):
    """Whole within `seconds`; prints how long it took, or what is missing."""
    began = time.monotonic()
    while problems := missing():
        if time.monotonic() - began > seconds * PATIENCE:
            print(f"not whole after {seconds * PATIENCE:.0f} s: " + "; ".join(problems))
            return 1
        time.sleep(0.25)
    print(f"{leader()} leads, all masters and workers are there ({time.monotonic() - began:.1f} s)")
    return 0


def health():
    failed = 0

    def row(good, what, detail=""):
        nonlocal failed
        failed += not good
        print(f"{'PASS' if good else 'FAIL'}  {what}{'  ' + detail if detail else ''}")

    for name in [*SERVERS, *MASTERS, *WORKERS, "spark-history"]:
        said = state_of(name)
        row(said == "running healthy", name, "" if said == "running healthy" else said)
    for name in MASTERS:
        done = docker("exec", name, "pilotlight", "health", check=False)
        row(done.returncode == 0, f"{name}: pilotlight health", (done.stdout + done.stderr).strip().split("\n")[-1])
    problems = missing()
    row(not problems, "the cluster is whole", "; ".join(problems))
    for name, port in WORKERS.items():
        row(get(port, "/json/") is not None, f"{name} answers on port {port}")
    row(get(HISTORY, "/api/v1/applications") is not None, f"the history server answers on port {HISTORY}")
    return 1 if failed else 0


def settle(seconds=60):
    """Docker looks every ten seconds: a cluster that has just come up is not "healthy" yet."""
    until = time.monotonic() + seconds * PATIENCE
    names = [*SERVERS, *MASTERS, *WORKERS, "spark-history"]
    while time.monotonic() < until and any(state_of(name) == "running starting" for name in names):
        time.sleep(0.5)
    return 0


def status():
    lead = leader()
    if lead is None:
        print("nobody leads, or the leader is just changing")
    for name in MASTERS:
        said = state(name)
        print(f"{name}  {said.get('status', 'does not answer'):<15} {said.get('url', '')}  http://{HOST}:{MASTERS[name]}/")
    if lead:
        # The command line knows more: it runs inside the leader's container.
        done = docker("exec", lead, "pilotlight", "status", check=False)
        if done.returncode in (0, 5):
            print(done.stdout, end="")
            return 0
        said = state(lead)
        print(f"workers {said['aliveworkers']}, cores {said['coresused']} of {said['cores']} in use, applications "
              f"{len(said['activeapps'])} active and {len(said['completedapps'])} completed, drivers {len(said['activedrivers'])} active")
    return 0 if lead else 1


def master_url():
    """What `pilotlight` uses inside a master's container."""
    said = docker("inspect", "-f", "{{range .Config.Env}}{{println .}}{{end}}", next(iter(MASTERS)), check=False).stdout
    found = re.search(r"^PILOTLIGHT_MASTER=(.+)$", said, re.MULTILINE)
    return found.group(1) if found else "spark://" + ",".join(f"{name}:7077" for name in MASTERS)


def ui():
    lead = leader()
    print("Masters")
    for name, port in MASTERS.items():
        print(f"  http://{HOST}:{port}/   {name}{'  leads' if name == lead else ''}")
    print("Workers")
    for name, port in WORKERS.items():
        print(f"  http://{HOST}:{port}/   {name}")
    print(f"History server\n  http://{HOST}:{HISTORY}/")
    print("Inside the network: " + master_url())
    return 0


def test():
    settle()
    if health():
        return 1
    job = submit("client", class_name="PilotlightPi", arguments=["12", "50"], tasks=True)
    text, code = job.finish(180)
    good = code == 0 and "Pi is roughly 3.1" in text
    print(f"{'PASS' if good else 'FAIL'}  an application in client mode" + ("" if good else "\n" + text[-3000:]))
    application = re.search(r"app-\d{14}-\d{4}", text)
    seen, until = False, time.monotonic() + 30 * PATIENCE
    while good and application and not seen and time.monotonic() < until:
        seen = application.group(0) in (get(HISTORY, "/api/v1/applications", 10) or "")
        time.sleep(0 if seen else 1)
    print(f"{'PASS' if seen else 'FAIL'}  the history server shows it")
    return 0 if good and seen else 1


def failover():
    fault, limit = os.environ.get("FAULT", "kill"), float(os.environ.get("LIMIT_MS", "2000"))
    repeat = int(os.environ.get("REPEAT", "1"))
    took, job = [], None
    for _ in range(repeat):
        if wait(120):
            return 1
        if job is None or not job.running():
            if job is not None and not ended_well(job):
                return 1
            job = start_job()
            if job is None:
                return 1
        gap = fail_over(fault, leader(), MASTERS, len(WORKERS))
        if gap is None or not job_is_well(job):
            return 1
        took.append(gap)
    if not ended_well(job) or wait(120):
        return 1
    if repeat > 1:
        print(percentiles(took))
    worst = max(took)
    print(f"{'PASS' if worst <= limit else 'FAIL'}  {worst:.0f} ms without a leader, {limit:.0f} ms are allowed (LIMIT_MS)")
    return 0 if worst <= limit else 1


def print_leader():
    print(leader() or "")
    return 0 if leader() else 4


def print_driver(name):
    for said in map(state, MASTERS):
        for row in said.get("activedrivers", []) + said.get("completeddrivers", []):
            if row["id"] == name and said.get("status") == "ALIVE":
                print(row["state"])
                return 0
    return 0


COMMANDS = {"room": room, "wait": wait, "settle": settle, "health": health, "status": status, "ui": ui, "leader": print_leader,
            "driver": print_driver, "test": test, "failover": failover}


def main():
    words = sys.argv[1:]
    if not words or words[0] not in COMMANDS:
        sys.exit(__doc__)
    try:
        return COMMANDS[words[0]](*(int(word) if word.isdigit() else word for word in words[1:]))
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))}: ended with {error.returncode}: {(error.stderr or '').strip()}", file=sys.stderr)
    except FileNotFoundError as error:
        print(f"{error.filename} is not on this machine", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
