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


def start_alone(lab, *options, host="127.0.0.1"):
    """A master without ZooKeeper (recovery mode NONE): its process, its RPC port and its web port."""
    port, web_port = free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PILOTLIGHT_"))}
    words = [word for option in options for word in ("-c", option)]
    process = lab.start("alone", [real_cluster.BINARY, "master", "--host", host, "--port", port, "--webui-port", web_port, *words],
                        environment | {"SPARK_LOCAL_IP": host.strip("[]")})
    wait_for("the master alone to listen", lambda: _listens(host.strip("[]"), port), 10, [process], every=0.01)
    return process, port, web_port


class Alone:
    """One master without ZooKeeper (recovery mode NONE), with a secret, three simulated workers and two applications."""

    def __init__(self, lab):
        self.lab = lab
        self.secret = lab.folder / "secret"
        self.secret.write_text(SECRET + "\n", encoding="ascii")
        self.secret.chmod(0o600)
        self.wrong_secret = lab.folder / "wrong-secret"
        self.wrong_secret.write_text("another one of the same length..\n", encoding="ascii")
        self.process, self.port, self.web_port = start_alone(lab, f"pilotlight.cluster.secretFile={self.secret}")
        self.address = f"127.0.0.1:{self.port}"
        check(LOAD.exists(), f"{LOAD} is not there; run: cmake --build --preset release --target pilotlight_load")
        self.load = lab.start("load", [LOAD, "hold", "--master", self.address, "--workers", 3, "--apps", 2, "--cores", 8,
                                       "--memory", 8192, "--seconds", 3600, "--timeout", 7200], dict(os.environ))
        wait_for("simulated workers and applications", lambda: '"ready"' in self.load.text(), 30, [self.load, self.process])
        self.apps = pilot("apps", "-o", "name", "--master", self.address).expect(0).out.split()


class Stage:
    def __init__(self, folder):
        self.folder, self._cluster, self._alone, self._labs = folder, None, None, []

    def lab(self, name):
        """Processes in a folder of their own, which end with the stage."""
        lab = Lab(self.folder / name)
        self._labs.append(lab)
        return lab

    def cluster(self):
        """Three masters, one ZooKeeper server, all of them in the election."""
        if self._cluster is None:
            spark = real_cluster.Spark(suite.releases()[-1])
            self._cluster = HaCluster(self.lab("cluster"), spark, servers=1)
        self._cluster.wait_until_one_leads()
        return self._cluster

    def alone(self):
        if self._alone is None:
            self._alone = Alone(self.lab("alone"))
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


def _listens(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0
