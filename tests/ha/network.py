"""Network namespaces on one switch, so that single links between masters, workers and ZooKeeper can be cut. Linux, as root.

Every namespace has one address and its own nft rules; what is cut is dropped silently in both directions, as by a broken switch,
or refused with resets. Names carry this program's process id; what a killed run has left behind is removed by the next. The test
program itself has an address there too and is never cut off.
"""

import os
import re
import subprocess

from harness import Failure, alive

PREFIX = "plt"


def _run(*words, check=True):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=20)
    if check and done.returncode != 0:
        raise Failure(f"{' '.join(map(str, words))} failed: {done.stderr.strip()}")
    return done.stdout


class Node:
    """A namespace with one address. `prefix` are the words that start a process in it."""

    def __init__(self, network, name, address):
        self.network, self.name, self.address = network, f"{network.name}-{name}", address
        self.prefix = ["ip", "netns", "exec", self.name]

    def cut_off(self, others):
        """Drops everything between this node and the others."""
        for other in others:
            for chain, side in (("input", "saddr"), ("output", "daddr")):
                _run(*self.prefix, "nft", "add", "rule", "ip", "cut", chain, "ip", side, other.address, "drop")

    def refuse(self, others):
        """As a firewall that answers with resets: whoever sends, over a connection that is open or to a port that listens, is told
        that nobody is there. Both sides are, of what they send."""
        for other in others:
            for chain, side in (("input", "saddr"), ("output", "daddr")):
                what = ["ip", side, other.address, "tcp", "flags", "&", "rst", "==", "0"]  # a reset is what both must hear
                _run(*self.prefix, "nft", "add", "rule", "ip", "cut", chain, *what, "reject", "with", "tcp", "reset")

    def heal(self):
        _run(*self.prefix, "nft", "flush", "table", "ip", "cut")


class Network:
    """A switch; node() adds a namespace to it. end() removes all.

    The bridge has a namespace of its own: where Docker is, the machine's firewall drops what crosses a bridge."""

    def __init__(self):
        _sweep()
        self.name = f"{PREFIX}{os.getpid()}"
        self.net = f"10.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}"
        self.nodes = []
        self.switch = ["ip", "netns", "exec", f"{self.name}-switch"]
        _run("ip", "netns", "add", self.switch[-1])
        _run(*self.switch, "ip", "link", "add", "bridge", "type", "bridge")
        _run(*self.switch, "ip", "link", "set", "bridge", "up")
        self._plug(self.name, None)
        _run("ip", "address", "add", f"{self.address}/24", "dev", self.name)
        _run("ip", "link", "set", self.name, "up")

    @property
    def address(self):
        """Where the test program and its client-mode drivers are."""
        return f"{self.net}.1"

    def node(self, name):
        one = Node(self, name, f"{self.net}.{len(self.nodes) + 10}")
        self.nodes.append(one)
        _run("ip", "netns", "add", one.name)
        self._plug("eth0", one.name)
        _run(*one.prefix, "ip", "address", "add", f"{one.address}/24", "dev", "eth0")
        for link in ("eth0", "lo"):
            _run(*one.prefix, "ip", "link", "set", link, "up")
        _run(*one.prefix, "nft", "add", "table", "ip", "cut")
        for chain in ("input", "output"):
            _run(*one.prefix, "nft", "add", "chain", "ip", "cut", chain, f"{{ type filter hook {chain} priority 0; }}")
        return one

    def _plug(self, link, namespace):
        """A cable from the switch to a link of that name, in a namespace or in the machine's own."""
        port = f"port{len(self.nodes)}"
        place = ["netns", namespace] if namespace else []
        _run("ip", "link", "add", "name", link, *place, "type", "veth", "peer", "name", port, "netns", self.switch[-1])
        _run(*self.switch, "ip", "link", "set", port, "master", "bridge", "up")

    def end(self):
        _remove(self.name)


def _remove(name):
    for line in _run("ip", "netns", "list").splitlines():
        if line.split()[0].startswith(f"{name}-"):
            _run("ip", "netns", "delete", line.split()[0], check=False)
    _run("ip", "link", "delete", name, check=False)


def _sweep():
    """Removes what runs that are no more have left behind."""
    for line in _run("ip", "netns", "list").splitlines():
        found = re.match(rf"({PREFIX}(\d+))-switch", line)
        if found and not alive(int(found.group(2))):
            _remove(found.group(1))
