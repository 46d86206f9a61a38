"""A small synchronous ZooKeeper client, as much as tests need: read, list, write, delete, walk.

Speaks the wire protocol (jute) itself: the standard library has no client, and what looks at a store from outside shall not share
code with what wrote it. One session for each client, closed at the end of `with`; errors are Failure with ZooKeeper's code.
"""

import socket
import struct

from harness import Failure

CREATE, DELETE, EXISTS, GET_DATA, SET_DATA, GET_CHILDREN, CLOSE = 1, 2, 3, 4, 5, 8, -11
NO_NODE, NODE_EXISTS = -101, -110
OPEN_TO_ALL = struct.pack(">ii", 1, 31)  # one entry, all permissions; its id follows


class ZooKeeperError(Failure):
    def __init__(self, code, what):
        super().__init__(f"ZooKeeper answers {code} to {what}")
        self.code = code


def text(value):
    """A jute string or buffer."""
    raw = value.encode("utf-8") if isinstance(value, str) else value
    return struct.pack(">i", len(raw)) + raw


class Client:
    """A session with the first of the servers ("host:port,host:port") that takes it."""

    def __init__(self, connect, session_ms=10_000):
        self._xid = 0
        trouble = None
        for place in connect.split(","):
            host, _, port = place.rpartition(":")
            try:
                self._socket = socket.create_connection((host, int(port)), timeout=10)
                self._send(struct.pack(">iqiq", 0, 0, session_ms, 0) + text(bytes(16)) + b"\0")
                _, granted, self.session = struct.unpack_from(">iiq", self._receive())
                if granted > 0:
                    return
            except OSError as error:
                trouble = error
        raise Failure(f"no ZooKeeper server of {connect} takes a session: {trouble}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._call(CLOSE, b"", "close")
        except (OSError, Failure):
            pass
        self._socket.close()

    def get(self, path):
        """The data of a node, as bytes; None where there is no node."""
        answer = self._optional(GET_DATA, path, text(path) + b"\0")
        if answer is None:
            return None
        length = struct.unpack_from(">i", answer)[0]
        return answer[4:4 + max(length, 0)]

    def version(self, path):
        """The data version of a node; None where there is none."""
        stat = self._optional(EXISTS, path, text(path) + b"\0")
        return None if stat is None else struct.unpack_from(">qqqqi", stat)[4]

    def children(self, path):
        """Names of the children; none where there is no node."""
        answer = self._optional(GET_CHILDREN, path, text(path) + b"\0")
        names, offset = [], 4
        for _ in range(struct.unpack_from(">i", answer)[0] if answer else 0):
            length = struct.unpack_from(">i", answer, offset)[0]
            names.append(answer[offset + 4:offset + 4 + length].decode("utf-8"))
            offset += 4 + length
        return sorted(names)

    def walk(self, path):
        """The paths of all nodes below `path`."""
        found = []
        for name in self.children(path):
            child = f"{path.rstrip('/')}/{name}"
            found += [child, *self.walk(child)]
        return found

    def create(self, path, data=b""):
        body = text(path) + text(data) + OPEN_TO_ALL + text("world") + text("anyone") + struct.pack(">i", 0)
        self._call(CREATE, body, f"create {path}")

    def set(self, path, data, version=-1):
        self._call(SET_DATA, text(path) + text(data) + struct.pack(">i", version), f"set {path}")

    def delete(self, path, version=-1):
        self._call(DELETE, text(path) + struct.pack(">i", version), f"delete {path}")

    def _optional(self, kind, path, body):
        try:
            return self._call(kind, body, f"a read of {path}")
        except ZooKeeperError as error:
            if error.code == NO_NODE:
                return None
            raise

    def _call(self, kind, body, what):
        self._xid += 1
        self._send(struct.pack(">ii", self._xid, kind) + body)
        while True:
            answer = self._receive()
            xid, _, code = struct.unpack_from(">iqi", answer)
            if xid == self._xid:
                break
        if code != 0:
            raise ZooKeeperError(code, what)
        return answer[16:]

    def _send(self, body):
        self._socket.sendall(struct.pack(">i", len(body)) + body)

    def _receive(self):
        return self._exactly(struct.unpack(">i", self._exactly(4))[0])

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                raise OSError("ZooKeeper closed the connection")
            data += part
        return data
