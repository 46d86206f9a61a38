"""The leader is cut off from some of those it needs, silently, by network namespaces.

Three masters, the ensemble and the workers have an address each. What was cut heals at the end; nothing may be left of it then.
"""

import time

from cluster import SPARKS_OWN_MASTER
from ha_cluster import HaCluster
from harness import Failure, Lab, check, wait_for
from network import Network
from scene import Work, case, fail_over
from zookeeper import Ensemble


class NetworkCluster(HaCluster):
    """A HaCluster whose parts are nodes of a network: self.nodes[master], .zookeeper_node, .worker_node."""

    def __init__(self, lab, spark):
        self.network = Network()
        try:
            self.zookeeper_node, self.worker_node = self.network.node("zk"), self.network.node("w")
            ensemble = Ensemble(lab, hosts=[self.zookeeper_node.address] * 3, prefix=self.zookeeper_node.prefix)
            super().__init__(lab, spark, masters=0, ensemble=ensemble)
            self.client_host = self.network.address
            self.nodes = {}
            for number in (1, 2, 3):
                node = self.network.node(f"m{number}")
                master = self.add_master(start=False)
                master.host, master.prefix = node.address, node.prefix
                self.nodes[master] = node
                master.start()
            self.wait_for_leader(90)
        except BaseException as trouble:
            tails = lab.tails()
            lab.end()
            self.end()
            raise Failure(f"{trouble}\n{tails}") if isinstance(trouble, Failure) else trouble

    def end(self):
        self.network.end()


def _started(scene, name):
    cluster = NetworkCluster(Lab(scene.folder / name), scene.spark)
    scene.clusters.append(cluster)
    for _ in range(2):
        cluster.add_worker(host=cluster.worker_node.address, prefix=cluster.worker_node.prefix)
    cluster.wait_for_workers()
    return cluster, Work(cluster, scene.spark).begin()


def _healed(cluster, work, old, new):
    cluster.nodes[old].heal()
    if SPARKS_OWN_MASTER and not old.running():
        old.start()  # it ends itself
    cluster.wait_until_whole(60, work.app)
    check(cluster.leader() is new, f"{new.name} led before the network healed, {cluster.leader().name} does after it")
    work.progress(4)
    work.finish()


@case(root=True)
def leader_cut_off_from_zookeeper_only(scene):
    cluster, work = _started(scene, "cut-zookeeper")
    old = cluster.leader()
    cluster.nodes[old].cut_off([cluster.zookeeper_node])
    new = fail_over(cluster, old, [work], 60)
    check(SPARKS_OWN_MASTER or old.status() == "STANDBY", f"{old.name} is {old.status()}, expected STANDBY")
    _healed(cluster, work, old, new)


@case(root=True)
def leader_cut_off_from_workers_only(scene):
    """It leads on: it can write, and the other masters hear it. The workers are longer away than two of their heartbeats."""
    cluster, work = _started(scene, "cut-workers")
    leader = cluster.leader()
    cluster.nodes[leader].cut_off([cluster.worker_node])
    time.sleep(35)
    work.progress(4)
    check(cluster.leader() is leader, f"{leader.name} led before, {cluster.leader().name} does now")
    cluster.nodes[leader].heal()
    wait_for("the workers to be heard again", lambda: len(cluster.alive_workers()) == 2, 60, [cluster.master])
    _healed(cluster, work, leader, leader)


@case(root=True, ours=True)
def leader_cut_off_from_other_masters_only(scene):
    """They depose it, though it still has ZooKeeper and its workers; it must be silent before its successor speaks."""
    cluster, work = _started(scene, "cut-masters")
    old = cluster.leader()
    cluster.nodes[old].cut_off([node for master, node in cluster.nodes.items() if master is not old])
    new = fail_over(cluster, old, [work], 30)
    wait_for(f"{old.name} to be STANDBY", lambda: old.status() == "STANDBY", 20, [old.process])
    _healed(cluster, work, old, new)


@case(root=True, ours=True)
def standby_cut_off_from_the_leader_only(scene):
    """One of three that hears nothing deposes nobody."""
    cluster, work = _started(scene, "cut-standby")
    leader = cluster.leader()
    standby = cluster.standbys()[0]
    cluster.nodes[standby].cut_off([cluster.nodes[leader]])
    epoch = cluster.state()["epoch"]
    time.sleep(15)
    work.progress(2)
    check(cluster.leader() is leader and cluster.state()["epoch"] == epoch, "there was a failover, and nobody needed one")
    _healed(cluster, work, standby, leader)


@case(root=True, ours=True)
def leader_cut_off_from_everybody(scene):
    cluster, work = _started(scene, "cut-all")
    old = cluster.leader()
    others = [node for node in cluster.nodes.values() if node is not cluster.nodes[old]]
    cluster.nodes[old].cut_off([cluster.zookeeper_node, cluster.worker_node, *others])
    new = fail_over(cluster, old, [work], 30)
    time.sleep(10)
    _healed(cluster, work, old, new)
