"""Bytes that no Spark peer sends, for the RPC port: broken frames, Java streams made to hurt, registrations that make no sense.

Frames that carry a hurtful stream are made from captured ones: a right envelope, another content. Nothing here opens a socket.
"""

import random
import struct

from harness import REPOSITORY, check

CAPTURES = REPOSITORY / "tests" / "golden" / "captures" / "3.5.6"
RPC_REQUEST, ONE_WAY_MESSAGE = 3, 9
STREAM_START = b"\xac\xed\x00\x05"
OBJECT_ARRAY = b"\x75\x72\x00\x13[Ljava.lang.Object;\x90\xce\x58\x9f\x10\x73\x29\x6c\x02\x00\x00\x78\x70"
BYTE_ARRAY = b"\x75\x72\x00\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\x00\x00\x78\x70"


def captured(name):
    """A whole frame that a real Spark 3.5 sent."""
    return (CAPTURES / name).read_bytes()


CHECK_EXISTENCE = captured("client-app/004-driver-CheckExistence.bin")
REGISTER_APPLICATION = captured("client-app/006-driver-RegisterApplication.bin")
REGISTER_WORKER = captured("worker-registration/002-worker-RegisterWorker.bin")


def garbage():
    """Frames cut short, of impossible lengths and kinds, of other protocols, and captured ones with bytes changed."""
    chance = random.Random(20261121)
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
    for cut in range(1, len(CHECK_EXISTENCE), 17):
        yield CHECK_EXISTENCE[:cut]
    for _ in range(60):
        broken = bytearray(REGISTER_APPLICATION)
        for _ in range(8):
            broken[chance.randrange(21, len(broken))] = chance.randrange(256)
        yield bytes(broken)
    for _ in range(20):
        yield chance.randbytes(chance.randrange(1, 5000))


def hurtful_streams():
    """{name: Java stream}."""
    invalid_utf = b"\xc0\x80\xc1\xbf\xed\xa0\x80\xff\xfe"
    return {
        "an array that contains itself": OBJECT_ARRAY + struct.pack(">i", 1) + b"\x71\x00\x7e\x00\x01",
        "a million handles": OBJECT_ARRAY + struct.pack(">i", 1_000_000) + b"\x74\x00\x00" * 1_000_000,
        "an array of 2 GB": BYTE_ARRAY + struct.pack(">i", 2**31 - 1),
        "an array of 2^31 - 1 objects": OBJECT_ARRAY + struct.pack(">i", 2**31 - 1),
        "a negative array": OBJECT_ARRAY + struct.pack(">i", -1),
        "100,000 arrays in each other": OBJECT_ARRAY + struct.pack(">i", 1) + 100_000 * (
            b"\x75\x71\x00\x7e\x00\x00" + struct.pack(">i", 1)),
        "a string of 2^63 bytes": b"\x7c" + struct.pack(">Q", 2**63),
        "text that is no UTF": b"\x74" + struct.pack(">H", len(invalid_utf)) + invalid_utf,
        "a reference to nothing": b"\x71\x7f\xff\xff\xff",
    }


def hurtful_frames():
    """Each stream of hurtful_streams() as an ask and as a one-way message, and registrations that make no sense."""
    for stream in hurtful_streams().values():
        for frame in (CHECK_EXISTENCE, REGISTER_WORKER):
            yield with_content(frame, STREAM_START + stream)
    invalid_id = REGISTER_WORKER.replace(b"worker-2", b"\xc0\x80\xff\xfe\xed\xa0r-")
    check(invalid_id != REGISTER_WORKER, "the captured RegisterWorker has no worker id")
    yield invalid_id
    for cores, memory in ((-1, 1024), (0, 1024), (2, -1), (-2**31, -2**31)):
        yield registration_of(cores, memory)


def registration_of(cores, memory):
    """The captured RegisterWorker, with these numbers instead."""
    # The numbers stand where the descriptor ends: cores, memory, port.
    at = REGISTER_WORKER.index(b"\x78\x70") + 2
    known = struct.unpack_from(">iii", REGISTER_WORKER, at)
    check(0 < known[0] < 1000 and 0 < known[2] < 65536, f"the captured RegisterWorker has other fields: {known}")
    return REGISTER_WORKER[:at] + struct.pack(">ii", cores, memory) + REGISTER_WORKER[at + 8:]


def with_content(frame, content):
    """The same envelope in front of another Java stream, and lengths that are right."""
    start = frame.index(STREAM_START)
    kind = frame[8]
    fixed = 21 if kind == RPC_REQUEST else 13
    body = frame[fixed:start] + content
    request_id = frame[9:17] if kind == RPC_REQUEST else b""
    return struct.pack(">qB", fixed + len(body), kind) + request_id + struct.pack(">i", len(body)) + body
