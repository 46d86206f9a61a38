"""A firewall answers in a peer's name with resets: no connection holds, every port refuses, and everybody lives."""

import time

from harness import check
from network_cluster import healed, started
from scene import Work, case


def _one_leads(cluster, leader, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = {master.name: master.status() for master in cluster.masters}
        alive = [name for name, status in states.items() if status == "ALIVE"]
        check(alive == [leader.name], f"{leader.name} leads, and now the masters are {states}")
        time.sleep(0.2)


@case(root=True, ours=True)
def leader_refused_to_other_masters_only(scene):
    """To each other they look dead. Whoever writes first: the leader leads on without their votes, or they have deposed it. One
    speaks, and the jobs go on."""
    cluster, work = started(scene, "refused-masters")
    old, pid = cluster.leader(), cluster.leader().pid
    cluster.nodes[old].refuse([node for master, node in cluster.nodes.items() if master is not old])
    time.sleep(1)
    new = cluster.wait_for_leader()
    _one_leads(cluster, new, 10)
    check(old.running() and old.pid == pid, f"{old.name} has ended")
    Work(cluster, scene.spark, cores=1).begin().finish()  # the one that leads can write
    healed(cluster, work, old, new)


@case(root=True, ours=True)
def leader_refused_to_workers_only(scene):
    """It leads on. A worker that refuses is taken for dead, so it is lost until the firewall is mended, and comes back."""
    cluster, work = started(scene, "refused-workers")
    leader, epoch = cluster.leader(), cluster.state()["epoch"]
    cluster.nodes[leader].refuse([cluster.worker_node])
    _one_leads(cluster, leader, 15)
    healed(cluster, work, leader, leader, same_executors=False)
    check(cluster.state()["epoch"] == epoch, f"the epoch was {epoch} and is {cluster.state()['epoch']}: there was a failover")


@case(root=True, ours=True)
def standby_refused_to_the_leader_only(scene):
    """One of three that takes the leader for dead deposes nobody."""
    cluster, work = started(scene, "refused-standby")
    leader, epoch = cluster.leader(), cluster.state()["epoch"]
    standby = cluster.standbys()[0]
    cluster.nodes[standby].refuse([cluster.nodes[leader]])
    time.sleep(10)
    work.progress(2)
    check(cluster.leader() is leader and cluster.state()["epoch"] == epoch, "there was a failover, and nobody needed one")
    healed(cluster, work, standby, leader)
