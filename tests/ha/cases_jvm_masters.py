"""Spark's own masters and ours in one queue on one ZooKeeper directory: who leads, and who does not.

A JVM master is not fenced, has no epoch and reads no record of ours, nor we its records: applications do not pass from one kind
to the other, and only who leads is asked here. It is never passed over, and nobody behind it is handed the leadership: Curator's
leader is whoever is first in the queue. Workers are told of all masters and follow ours. A JVM master that takes over from ours
gets only those that start then: it has no record of the others, and a Spark worker that was registered asks only its last master
again. The watch asks both kinds.
"""

import time

from harness import check, wait_for
from scene import Work, case

SESSION_ENDS = 30  # Spark's master asks for 60 s and is granted 20 ticks


def _queue(scene, name, kinds):
    """Masters of these kinds, queued in this order, and two workers that are told of all."""
    cluster = scene.empty_cluster(name, masters=0)
    for kind in kinds:
        cluster.add_master(jvm=kind == "jvm").wait_until_up()
        cluster.wait_until_one_leads(60)
    for _ in range(2):
        cluster.add_worker()
    cluster.wait_for_workers()
    return cluster


def _leads(cluster, master, seconds=SESSION_ENDS):
    """It leads, all others are STANDBY and stay it, and every worker that it can know follows."""
    knows_nobody = master.jvm and master is not cluster.masters[0]
    cluster.wait_for_leader(seconds)
    _still_leads(cluster, master)
    if knows_nobody:
        worker = cluster.add_worker()
        wait_for(f"{worker.name} to register with {master.name}", lambda: worker.registered(master.url), 60, [worker.process])
    else:
        cluster.wait_until_whole(60)
    time.sleep(3)  # longer than between two looks at the queue
    _still_leads(cluster, master)


def _still_leads(cluster, master):
    states = {one.name: one.status() for one in cluster.masters if one.running()}
    expected = {name: "ALIVE" if name == master.name else "STANDBY" for name in states}
    check(states == expected, f"the masters are {states}, expected {expected}")


@case(lines="each", ours=True)
def jvm_master_leads_until_it_dies(scene):
    cluster = _queue(scene, "jvm-leads", ["jvm", "ours", "ours"])
    jvm, first, _ = cluster.masters
    _leads(cluster, jvm)
    time.sleep(12)  # longer than any session: waiting does not make it ours
    _still_leads(cluster, jvm)
    jvm.kill()
    _leads(cluster, first)
    jvm.start()
    jvm.wait_until_up()
    _leads(cluster, first)
    Work(cluster, scene.spark).begin().finish()


@case(lines="each", ours=True)
def jvm_master_between_ours_has_its_turn(scene):
    cluster = _queue(scene, "jvm-between", ["ours", "jvm", "ours"])
    first, jvm, last = cluster.masters
    _leads(cluster, first)
    first.kill()  # and its own next process stands behind all others
    first.start()
    _leads(cluster, jvm)
    jvm.kill()
    _leads(cluster, last)
    Work(cluster, scene.spark).begin().finish()


@case(lines="each", ours=True)
def leader_told_to_go_hands_over_to_nobody_behind_a_jvm_master(scene):
    cluster = _queue(scene, "jvm-handover", ["ours", "ours", "jvm"])
    first, second, jvm = cluster.masters
    first.terminate()
    _leads(cluster, second)
    check(cluster.failovers()[-1]["cause"] == "handover", f"{second.name} was not handed the leadership: {cluster.failovers()}")
    first.start()
    first.wait_until_up()
    _leads(cluster, second)
    second.terminate()
    _leads(cluster, jvm)
