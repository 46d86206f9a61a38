"""The leader is cut off from some of those it needs, silently, by network namespaces.

What was cut heals at the end; nothing may be left of it then.
"""

import time

from cluster import SPARKS_OWN_MASTER
from harness import check, wait_for
from network_cluster import healed, started
from scene import case, fail_over


@case(root=True)
def leader_cut_off_from_zookeeper_only(scene):
    cluster, work = started(scene, "cut-zookeeper")
    old = cluster.leader()
    cluster.nodes[old].cut_off([cluster.zookeeper_node])
    new = fail_over(cluster, old, [work], 60)
    check(SPARKS_OWN_MASTER or old.status() == "STANDBY", f"{old.name} is {old.status()}, expected STANDBY")
    healed(cluster, work, old, new)


@case(root=True)
def leader_cut_off_from_workers_only(scene):
    """It leads on: it can write, and the other masters hear it. The workers are longer away than two of their heartbeats."""
    cluster, work = started(scene, "cut-workers")
    leader = cluster.leader()
    cluster.nodes[leader].cut_off([cluster.worker_node])
    time.sleep(35)
    work.progress(4)
    check(cluster.leader() is leader, f"{leader.name} led before, {cluster.leader().name} does now")
    cluster.nodes[leader].heal()
    wait_for("the workers to be heard again", lambda: len(cluster.alive_workers()) == 2, 60, [cluster.master])
    healed(cluster, work, leader, leader)


@case(root=True, ours=True)
def leader_cut_off_from_other_masters_only(scene):
    """They depose it, though it still has ZooKeeper and its workers; it must be silent before its successor speaks."""
    cluster, work = started(scene, "cut-masters")
    old = cluster.leader()
    cluster.nodes[old].cut_off([node for master, node in cluster.nodes.items() if master is not old])
    new = fail_over(cluster, old, [work], 30)
    wait_for(f"{old.name} to be STANDBY", lambda: old.status() == "STANDBY", 20, [old.process])
    healed(cluster, work, old, new)


@case(root=True, ours=True)
def standby_cut_off_from_the_leader_only(scene):
    """One of three that hears nothing deposes nobody."""
    cluster, work = started(scene, "cut-standby")
    leader = cluster.leader()
    standby = cluster.standbys()[0]
    cluster.nodes[standby].cut_off([cluster.nodes[leader]])
    epoch = cluster.state()["epoch"]
    time.sleep(15)
    work.progress(2)
    check(cluster.leader() is leader and cluster.state()["epoch"] == epoch, "there was a failover, and nobody needed one")
    healed(cluster, work, standby, leader)


@case(root=True, ours=True)
def leader_cut_off_from_everybody(scene):
    cluster, work = started(scene, "cut-all")
    old = cluster.leader()
    others = [node for node in cluster.nodes.values() if node is not cluster.nodes[old]]
    cluster.nodes[old].cut_off([cluster.zookeeper_node, cluster.worker_node, *others])
    new = fail_over(cluster, old, [work], 30)
    time.sleep(10)
    healed(cluster, work, old, new)
