"""Strangers on the RPC port: the master goes on serving, a worker keeps its heartbeats and a job its tasks."""

import os
import random
import re
import socket
import struct
from pathlib import Path

from cases import case
from cluster import SPARKS_OWN_MASTER, rounds_of, wait_for_round
from harness import REPOSITORY, Failure, check, wait_for

CAPTURES = REPOSITORY / "tests" / "golden" / "captures"
RPC_RESPONSE, RPC_FAILURE = 4, 5
MEMORY_LIMIT_MB = 128


@case()
def garbage_on_the_rpc_port_leaves_the_master_serving(scene):
    cluster = scene.own_cluster("garbage")
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "100", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    before = rounds_of(job)[-1][0]
    for bytes_ in _garbage():
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


@case()
def peer_of_an_unknown_build_is_told_so(scene):
    cluster = scene.cluster()
    frame = bytearray((CAPTURES / "3.5.6" / "client-app" / "004-driver-CheckExistence.bin").read_bytes())
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


def _garbage():
    chance = random.Random(20261121)
    check_existence = (CAPTURES / "3.5.6" / "client-app" / "004-driver-CheckExistence.bin").read_bytes()
    registration = (CAPTURES / "3.5.6" / "client-app" / "006-driver-RegisterApplication.bin").read_bytes()
    yield b""
    yield b"\0"
    yield b"GET / HTTP/1.0\r\n\r\n"
    yield b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(500)  # a TLS client
    yield struct.pack(">q", 2**62) + b"\x03" + bytes(64)
    yield struct.pack(">q", -1) + b"\x03" + bytes(64)
    yield struct.pack(">q", 8)
    yield struct.pack(">q", 100 * 2**20) + b"\x03" + bytes(1 << 20)  # announces 100 MiB and sends one
    for kind in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 77, 0xFF):
        yield struct.pack(">qB", 73, kind) + chance.randbytes(64)
    for cut in range(1, len(check_existence), 17):
        yield check_existence[:cut]
    for _ in range(60):
        broken = bytearray(registration)
        for _ in range(8):
            broken[chance.randrange(21, len(broken))] = chance.randrange(256)
        yield bytes(broken)
    for _ in range(20):
        yield chance.randbytes(chance.randrange(1, 5000))


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
