"""A private ensemble of real ZooKeeper servers (Debian's libzookeeper-java) on loopback, one or three of them.

Every server is a plain JVM of a Lab: own ports, own data folder below the lab's, fsync on, ended with the lab. Ticks are short
(500 ms) so that sessions of a few seconds are granted. Nothing of ZooKeeper is installed as a service. What the servers have
written can be read with txnlog.py, what they hold with zkclient.py.
"""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from harness import Failure, check, free_port, wait_for

JARS = Path("/usr/share/java")
# What the server needs and no more: the folder holds several bindings of the same logging interface.
CLASS_PATH = ":".join(str(JARS / f"{name}.jar") for name in (
    "zookeeper", "zookeeper-jute", "netty-buffer", "netty-codec", "netty-common", "netty-handler", "netty-resolver",
    "netty-transport", "netty-transport-native-epoll", "netty-transport-native-unix-common", "slf4j-api", "slf4j-simple",
    "snappy-java", "metrics-core", "commons-cli", "commons-io", "jackson-core", "jackson-databind", "jackson-annotations"))
JAVA = ["java", "-Xmx200m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dzookeeper.preAllocSize=4096",
        "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS", "-cp", CLASS_PATH]
MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain"


class Server:
    """One ZooKeeper server. It may die, stand still and come back on the same ports with the same data."""

    def __init__(self, lab, number, host, prefix):
        self.lab, self.number, self.host, self.name = lab, number, host, f"zookeeper-{number}"
        self.prefix = prefix  # words before the command: where it runs, when not just here
        self.port, self.peer_port, self.election_port = free_port(), free_port(), free_port()
        self.data = lab.folder / self.name
        self.configuration = self.data / "zoo.cfg"
        self.process = None

    def member(self):
        return f"server.{self.number}={self.host}:{self.peer_port}:{self.election_port}"

    def configure(self, tick_ms, members):
        self.data.mkdir(parents=True)
        (self.data / "myid").write_text(f"{self.number}\n", encoding="ascii")
        lines = [f"tickTime={tick_ms}", "initLimit=40", "syncLimit=10", f"dataDir={self.data}", f"clientPortAddress={self.host}",
                 f"clientPort={self.port}", "admin.enableServer=false", "4lw.commands.whitelist=*", "maxClientCnxns=0", *members]
        self.configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self):
        check((JARS / "zookeeper.jar").exists(), f"ZooKeeper is not in {JARS}; run: tools/deps run")
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME") if name in os.environ}
        self.process = self.lab.start(self.name, [*self.prefix, *JAVA, MAIN, self.configuration], environment)

    def kill(self):
        self.process.kill(signal.SIGKILL)

    def freeze(self):
        self.process.kill(signal.SIGSTOP)

    def thaw(self):
        self.process.kill(signal.SIGCONT)

    def stop(self):
        """As an operator stops it: SIGTERM, and the JVM's own status of that."""
        self.process.kill(signal.SIGTERM)
        self.process.wait(10, expect=143)

    def restart(self):
        self.stop()
        self.start()

    def say(self, word, seconds=2):
        """The answer to a four-letter word; empty when there is none."""
        try:
            with socket.create_connection((self.host, self.port), timeout=seconds) as connection:
                connection.sendall(word.encode("ascii"))
                return b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", errors="replace")
        except OSError:
            return ""

    def mode(self):
        """leader, follower, standalone; None while it does not serve."""
        found = re.search(r"^Mode: (\w+)", self.say("srvr"), re.MULTILINE)
        return found.group(1) if found else None

    def log_files(self):
        return sorted(self.data.glob("version-2/log.*"))


class Ensemble:
    """Servers that serve when the constructor returns. `connect` is what spark.deploy.zookeeper.url takes."""

    def __init__(self, lab, servers=3, tick_ms=500, hosts=None, prefix=()):
        hosts = hosts or ["127.0.0.1"] * servers
        self.tick_ms = tick_ms
        self.servers = [Server(lab, number, host, prefix) for number, host in enumerate(hosts, 1)]
        members = [server.member() for server in self.servers] if servers > 1 else []
        for server in self.servers:
            server.configure(tick_ms, members)
        self.start()

    @property
    def connect(self):
        return ",".join(f"{server.host}:{server.port}" for server in self.servers)

    def start(self):
        """Starts those that do not run, and waits until all serve."""
        for server in self.servers:
            if not (server.process and server.process.running()):
                server.start()
        self.wait_until_serving()

    def wait_until_serving(self, seconds=60):
        for server in self.servers:
            wait_for(f"{server.name} to serve", server.mode, seconds, [server.process])

    def kill(self):
        for server in self.servers:
            server.kill()

    def leader(self):
        """The server that leads the others (the only one, when there is one)."""
        for server in self.servers:
            if server.mode() in ("leader", "standalone"):
                return server
        raise Failure("no ZooKeeper server says that it leads")

    def followers(self):
        return [server for server in self.servers if server.mode() == "follower"]

    def servers_of(self, pid):
        """The servers that a process has connections to now."""
        ports = {remote for _, remote in _connections(pid)}
        return [server for server in self.servers if server.port in ports]

    def break_connection_of(self, pid):
        """Resets the connections that a process has to servers, on both sides; needs root. Those servers."""
        broken = []
        for server in self.servers:
            for local in [local for local, remote in _connections(pid) if remote == server.port]:
                done = subprocess.run(["ss", "-K", "-tn", "sport", "=", f":{local}", "dport", "=", f":{server.port}"],
                                      capture_output=True, text=True, check=False, timeout=10)
                check(done.returncode == 0 and f":{local}" in done.stdout, f"ss -K has broken nothing: {done.stderr.strip()}")
                broken.append(server)
        return broken


def _connections(pid):
    """{(local port, remote port)} of a process's established TCP connections, from /proc; JVMs have theirs in tcp6."""
    inodes = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{entry}")
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "01" and fields[9] in inodes:
                found.add(tuple(int(fields[side].rpartition(":")[2], 16) for side in (1, 2)))
    return found
