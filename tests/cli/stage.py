"""What the cases play in, made when the first one asks for it: a cluster of three masters, a master alone, and addresses of nobody.

`@case` registers a function that takes the stage. Cases run in the order of their files; those that break something leave the cluster
whole again.
"""

import os
import socket
from pathlib import Path

from path import cluster as real_cluster, harness, suite  # isort: skip  first: it makes the others importable

from ha_cluster import HaCluster
from harness import Lab, check, free_port, wait_for
from pilot import pilot

CASES = []
LOAD = Path(os.environ.get("LOAD", harness.REPOSITORY / "build" / "release" / "benchmarks" / "load" / "pilotlight_load"))
SECRET = "a secret of thirty-two characters"


def case(function):
    CASES.append(function)
    return function


class Alone:
    """One master without ZooKeeper (recovery mode NONE), with a secret, three simulated workers and two applications."""

    def __init__(self, lab):
        self.lab, self.port, self.web_port = lab, free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.secret = lab.folder / "secret"
        self.secret.write_text(SECRET + "\n", encoding="ascii")
        self.secret.chmod(0o600)
        self.wrong_secret = lab.folder / "wrong-secret"
        self.wrong_secret.write_text("another one of the same length..\n", encoding="ascii")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PILOTLIGHT_"))}
        self.process = lab.start("alone", [
            real_cluster.BINARY, "master", "--host", "127.0.0.1", "--port", self.port, "--webui-port", self.web_port,
            "-c", f"pilotlight.cluster.secretFile={self.secret}"], environment | {"SPARK_LOCAL_IP": "127.0.0.1"})
        wait_for("the master alone to listen", lambda: _listens(self.port), 10, [self.process], every=0.01)
        check(LOAD.exists(), f"{LOAD} is not there; run: cmake --build --preset release --target pilotlight_load")
        self.load = lab.start("load", [LOAD, "hold", "--master", self.address, "--workers", 3, "--apps", 2, "--cores", 8,
                                       "--memory", 8192, "--seconds", 3600, "--timeout", 7200], dict(os.environ))
        wait_for("simulated workers and applications", lambda: '"ready"' in self.load.text(), 30, [self.load, self.process])
        self.apps = pilot("apps", "-o", "name", "--master", self.address).expect(0).out.split()


class Stage:
    def __init__(self, folder):
        self.folder, self._cluster, self._alone, self._labs = folder, None, None, []

    def _lab(self, name):
        lab = Lab(self.folder / name)
        self._labs.append(lab)
        return lab

    def cluster(self):
        """Three masters, one ZooKeeper server, all of them in the election."""
        if self._cluster is None:
            spark = real_cluster.Spark(suite.releases()[-1])
            self._cluster = HaCluster(self._lab("cluster"), spark, servers=1)
        self._cluster.wait_until_one_leads()
        return self._cluster

    def alone(self):
        if self._alone is None:
            self._alone = Alone(self._lab("alone"))
        return self._alone

    def tails(self):
        return "\n".join(lab.tails() for lab in self._labs)

    def end(self):
        if self._cluster is not None:
            self._cluster.watch.stop()
        for lab in self._labs:
            lab.end()


def nobody():
    """host:port where nobody listens."""
    return f"127.0.0.1:{free_port()}"


class Mute:
    """Takes connections and says nothing: what a frozen process looks like."""

    def __enter__(self):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_):
        self._socket.close()


class Dead:
    """An address at which nobody even says no, as of a machine that is off: its queue is full, and the kernel drops who knocks."""

    def __enter__(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self._sockets = [listener]
        for _ in range(8):
            knocking = socket.socket()
            knocking.setblocking(False)
            knocking.connect_ex(listener.getsockname())
            self._sockets.append(knocking)
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def __exit__(self, *_):
        for one in self._sockets:
            one.close()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
