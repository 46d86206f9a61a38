"""Reads the transaction logs of ZooKeeper servers: every write that the ensemble agreed on, in its order.

The log is the witness that nobody can talk round: who wrote what after whom, in which transaction, in whose session. A file is a
header ("ZKLG", version 2) and entries of checksum, length, bytes and the letter B; zeros at the end were allocated and not used.
An entry is a TxnHeader and one record; a multi holds records of its own. The last entry of a killed server may be torn: reading
ends there.
"""

import struct
import zlib
from dataclasses import dataclass, field

MAGIC = b"ZKLG"
CREATE, DELETE, SET_DATA, CHECK, MULTI, CREATE2 = 1, 2, 5, 13, 14, 15
CREATE_CONTAINER, DELETE_CONTAINER, CREATE_TTL, ERROR, CLOSE_SESSION = 19, 20, 21, -1, -11
CREATES = (CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL)
NAMES = {CREATE: "create", CREATE2: "create", CREATE_CONTAINER: "create", CREATE_TTL: "create", DELETE: "delete",
         DELETE_CONTAINER: "delete", SET_DATA: "set", CHECK: "check", ERROR: "error", CLOSE_SESSION: "close"}


@dataclass(frozen=True)
class Operation:
    """A "close" is the end of the session, with all its ephemeral nodes.
    `version`: of a set the new one; of a check the one that was found, plus one (so the server writes it down)."""
    what: str
    path: str = ""
    data: bytes = b""
    version: int = 0


@dataclass
class Transaction:
    zxid: int
    session: int
    time_ms: int
    multi: bool
    operations: list = field(default_factory=list)

    def done(self):
        """A multi of which one part failed has changed nothing."""
        return bool(self.operations) and all(one.what != "error" for one in self.operations)


def history(servers):
    """The transactions that a quorum of the servers has written, in order.

    What only a minority has at the end of a leader's term was perhaps never agreed on, and is not taken. A server that was
    brought up to date by a snapshot misses entries; then they are in the logs of the others.
    """
    found, last = {}, {}
    for server in servers:
        own = {}
        for path in server.log_files():
            for transaction in read(path):
                found.setdefault(transaction.zxid, transaction)
                term = transaction.zxid >> 32
                own[term] = max(own.get(term, 0), transaction.zxid)
        for term, zxid in own.items():
            last.setdefault(term, []).append(zxid)
    quorum = len(servers) // 2 + 1
    agreed = {term: sorted(ends, reverse=True)[quorum - 1] if len(ends) >= quorum else 0 for term, ends in last.items()}
    return [found[zxid] for zxid in sorted(found) if zxid <= agreed[zxid >> 32]]


def read(path):
    """The transactions of one file."""
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        return
    offset = 16
    while offset + 12 <= len(raw):
        checksum, length = struct.unpack_from(">qi", raw, offset)
        entry = raw[offset + 12:offset + 12 + length]
        if length <= 0 or len(entry) < length or zlib.adler32(entry) != checksum:
            return
        yield _transaction(entry)
        offset += 12 + length + 1


def _transaction(entry):
    session, _, zxid, time_ms, kind = struct.unpack_from(">qiqqi", entry)
    one = Transaction(zxid, session, time_ms, kind == MULTI)
    if kind == MULTI:
        count, offset = struct.unpack_from(">i", entry, 32)[0], 36
        for _ in range(count):
            part_kind, length = struct.unpack_from(">ii", entry, offset)
            one.operations.append(_operation(part_kind, entry[offset + 8:offset + 8 + length]))
            offset += 8 + length
    elif kind in NAMES:
        one.operations.append(_operation(kind, entry[32:]))
    return one


def _operation(kind, body):
    name = NAMES.get(kind, "other")
    if name in ("error", "other", "close"):
        return Operation(name)
    path, offset = _buffer(body, 0)
    path = path.decode("utf-8", errors="replace")
    if kind in CREATES:
        return Operation(name, path, _buffer(body, offset)[0])
    if kind == SET_DATA:
        data, offset = _buffer(body, offset)
        return Operation(name, path, data, struct.unpack_from(">i", body, offset)[0])
    if kind == CHECK:
        return Operation(name, path, b"", struct.unpack_from(">i", body, offset)[0])
    return Operation(name, path)


def _buffer(body, offset):
    length = struct.unpack_from(">i", body, offset)[0]
    return body[offset + 4:offset + 4 + max(length, 0)], offset + 4 + max(length, 0)
