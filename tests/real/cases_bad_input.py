"""Strangers on the RPC port: the master goes on serving, a worker keeps its heartbeats and a job its tasks."""

import itertools
import os
import re
import socket
import struct
import threading
import time
from pathlib import Path

from bad_input import CHECK_EXISTENCE, garbage, hurtful_frames
from cases import case
from cluster import SPARKS_OWN_MASTER, rounds_of, wait_for_round
from harness import Failure, check, most_descriptors, wait_for

RPC_RESPONSE, RPC_FAILURE = 4, 5
MEMORY_LIMIT_MB = 128
SILENT_CONNECTIONS = 10_000


@case()
def garbage_on_the_rpc_port_leaves_the_master_serving(scene):
    cluster = scene.own_cluster("garbage")
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "100", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    before = rounds_of(job)[-1][0]
    for bytes_ in garbage():
        _throw(cluster.port, bytes_)
    silent = [socket.create_connection(("127.0.0.1", cluster.port), timeout=10) for _ in range(500)]
    wait_for_round(job, before + 3, 40, [cluster.master])
    check(len(cluster.alive_workers()) == 2, f"{len(cluster.alive_workers())} workers ALIVE, expected 2")
    for connection in silent:
        connection.close()
    late = cluster.add_worker()
    wait_for("a new worker to register", late.registered, 60, [late.process, cluster.master])
    stop.touch()
    job.wait(60)
    cluster.check_master()
    _check_memory(cluster.master.pid)


@case(ours=True)
def everything_bad_at_once_leaves_the_master_serving(scene):
    cluster = scene.own_cluster("all-at-once", workers=1)
    worker = cluster.workers[0]
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "100", stop, cores=2)
    wait_for_round(job, 1, 180, [cluster.master])
    before = rounds_of(job)[-1][0]
    ended = threading.Event()
    frames, garbage_frames = list(hurtful_frames()), list(garbage())
    throwers = [threading.Thread(target=_ask_and_never_read, args=(cluster.port, ended)) for _ in range(4)]
    for part in range(6):
        mixed = frames[part:] + garbage_frames[part * 7:] + frames[:part]
        throwers.append(threading.Thread(target=_throw_all, args=(mixed, cluster.port, ended)))
    with most_descriptors() as descriptors:
        silent = []
        try:
            for thrower in throwers:
                thrower.start()
            _make_silent_connections(silent, cluster.port, min(SILENT_CONNECTIONS, descriptors - 500))
            check(len(silent) > 1000, f"only {len(silent)} connections could be made")
            began = time.time()
            wait_for_round(job, before + 5, 60, [cluster.master])
            wait_for("a heartbeat of the worker", lambda: cluster.worker_state(worker)["lastheartbeat"] / 1000 > began, 40,
                     [cluster.master, job])
        finally:
            ended.set()
            for connection in silent:
                connection.close()
            for thrower in throwers:
                if thrower.ident:
                    thrower.join(10)
    # Some of those frames are registrations of workers; such a worker is gone with its connection.
    wait_for("the strangers' registrations to be gone", lambda: len(cluster.alive_workers()) == 1, 30, [cluster.master])
    row = cluster.worker_state(worker)
    check(row["state"] == "ALIVE", f"the worker is {row['state']}")
    negative = [row for row in cluster.state()["workers"] if row["cores"] <= 0 or row["memory"] <= 0]
    check(not negative, f"the master took {negative} for workers")
    check(len(cluster.executors()) == 1, f"{len(cluster.executors())} executors, expected 1")
    stop.touch()
    job.wait(60)
    check(f":{worker.port()} got disassociated" not in cluster.master.text(), "the worker was lost meanwhile")
    cluster.check_master()
    _check_memory(cluster.master.pid)


@case()
def peer_of_an_unknown_build_is_told_so(scene):
    cluster = scene.cluster()
    frame = bytearray(CHECK_EXISTENCE)
    kind, _ = _ask(cluster.port, bytes(frame))
    if kind != RPC_RESPONSE and not SPARKS_OWN_MASTER:
        raise Failure(f"a right CheckExistence was answered with a frame of type {kind}, expected {RPC_RESPONSE}")
    # The serialVersionUID follows the class name; another one is a build that nobody knows.
    name = b"RpcEndpointVerifier$CheckExistence"
    at = frame.index(name) + len(name)
    frame[at:at + 8] = bytes.fromhex("0123456789abcdef")
    for _ in range(3):
        kind, text = _ask(cluster.port, bytes(frame))
        check(kind == RPC_FAILURE, f"an unknown build was answered with a frame of type {kind}, expected {RPC_FAILURE}")
        if not SPARKS_OWN_MASTER:
            check("\n" not in text.strip() and "\tat " not in text, f"the answer is not one sentence: {text[:300]}")
            check("3.5" in text and "4." in text, f"the answer does not name the Spark lines that are served: {text[:300]}")
    check(len(cluster.alive_workers()) == 2, f"{len(cluster.alive_workers())} workers ALIVE, expected 2")
    cluster.check_master()


@case(ours=True)
def http_is_answered_on_the_rpc_port(scene):
    cluster = scene.cluster()
    state = cluster.state(port=cluster.port)
    check(state["url"] == cluster.url, f"/json/ on the RPC port is of {state['url']}, expected {cluster.url}")


def _throw_all(frames, port, ended):
    """Over and over, until `ended` is set. A connection that the master cuts meanwhile is right."""
    for frame in itertools.cycle(frames):
        if ended.is_set():
            return
        try:
            _throw(port, frame)
        except OSError:
            pass


def _ask_and_never_read(port, ended):
    """Asks as fast as it can and lets every answer lie."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(0.2)
        while not ended.is_set():
            try:
                connection.sendall(CHECK_EXISTENCE * 100)
            except TimeoutError:  # it is not read from either
                pass
            except OSError:  # cut
                return


def _make_silent_connections(silent, port, count):
    for _ in range(count):
        try:
            silent.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        except OSError:  # no port is left
            return


def _throw(port, bytes_):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.settimeout(0.2)
        try:
            connection.sendall(bytes_)
            connection.recv(4096)
        except OSError:  # cut, or no answer: both are right
            pass


def _ask(port, frame):
    """Sends one frame and reads one; (type, text of an RpcFailure or "")."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(frame)
        length, kind = struct.unpack(">qB", _read(connection, 9))
        rest = _read(connection, length - 9)
    return kind, rest[12:].decode("utf-8", "replace") if kind == RPC_FAILURE else ""


def _read(connection, count):
    received = b""
    while len(received) < count:
        part = connection.recv(count - len(received))
        if not part:
            raise Failure(f"the master closed the connection after {len(received)} of {count} bytes of its answer")
        received += part
    return received


def _check_memory(pid):
    if SPARKS_OWN_MASTER or os.environ.get("SANITIZED"):
        return
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak_mb = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024
    check(peak_mb < MEMORY_LIMIT_MB, f"the master's resident memory rose to {peak_mb:.0f} MB, limit {MEMORY_LIMIT_MB} MB")
