"""A supervised driver on a worker that is cut off from all masters, and goes on there: nobody can tell it to end.

Whether its worker is dead or only cut off cannot be known from outside. Until spark.worker.timeout the masters wait; then they do
what supervision is for and launch it elsewhere (as Spark's own does), and the first attempt ends as soon as its worker can be
reached. With pilotlight.driver.relaunchDelay they wait that long for the worker, and there is never a second attempt.
"""

import time

from harness import alive, check, wait_for
from network_cluster import network_cluster
from scene import case

# Seconds: spark.worker.timeout here. After a silent cut TCP tries again at growing intervals only, so a moment is a third of it.
TIMEOUT = 30
MOMENT = 8


def _started(scene, name, **settings):
    """A cluster of two workers, a node each; the driver's id, its worker, that worker's node and the other worker."""
    cluster = network_cluster(scene, name, worker_nodes=2, settings={"spark.worker.timeout": TIMEOUT} | settings)
    for node in cluster.worker_nodes:
        cluster.add_worker(host=node.address, prefix=node.prefix, options=f"-Dspark.worker.timeout={TIMEOUT}")
    cluster.wait_for_workers()
    driver = cluster.submit_driver("TestDriver", "hang", supervise=True)
    host = wait_for("the driver to run", lambda: next((w for w in cluster.workers if w.drivers()), None), 60, [cluster.master])
    wait_for("its first words", lambda: "STARTED hang" in host.driver_output(driver), 60, [cluster.master])
    index = cluster.workers.index(host)
    return cluster, driver, host, cluster.worker_nodes[index], cluster.workers[1 - index]


def _attempts(cluster):
    return [pid for worker in cluster.workers for pid in worker.drivers()]


def _one_attempt_for(cluster, seconds, pid):
    """All that time this process is the only one, and the leader counts one driver."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check(_attempts(cluster) == [pid], f"the driver's processes are {_attempts(cluster)}, expected {pid} alone")
        active = [row["id"] for row in cluster.state()["activedrivers"]]
        check(len(active) == 1, f"the leader has the drivers {active}, expected one")
        time.sleep(0.2)


@case(root=True, ours=True)
def supervised_driver_is_left_alone_while_its_worker_is_cut_off_for_a_moment(scene):
    """The leader dies meanwhile: its successor waits for the worker too."""
    cluster, driver, host, node, _ = _started(scene, "cut-moment")
    pid = host.drivers()[0]
    node.cut_off(cluster.nodes.values())
    old = cluster.leader()
    old.kill()
    cluster.wait_for_leader(other_than=[old])
    _one_attempt_for(cluster, MOMENT, pid)
    node.heal()
    cluster.wait_until_whole(60)
    _one_attempt_for(cluster, TIMEOUT - MOMENT, pid)
    check(cluster.driver_row(driver)["state"] == "RUNNING", f"the leader's row of {driver} is {cluster.driver_row(driver)}")


@case(root=True, ours=True)
def supervised_driver_is_one_again_when_its_worker_is_not_cut_off_any_more(scene):
    cluster, driver, host, node, other = _started(scene, "cut-long")
    first = host.drivers()[0]
    node.cut_off(cluster.nodes.values())
    cut = time.monotonic()
    wait_for(f"another attempt on {other.name}", other.drivers, 3 * TIMEOUT, [cluster.master])
    waited = time.monotonic() - cut
    check(waited > TIMEOUT / 2, f"the second attempt came {waited:.1f} s after the cut: its worker was not waited for")
    second = other.drivers()[0]
    active = [row["id"] for row in cluster.state()["activedrivers"]]
    check(len(active) == 1 and active != [driver], f"the leader has the drivers {active}, expected one, under a new id")
    check(alive(first), "the first attempt has ended by itself: this case proves nothing")
    node.heal()
    wait_for("the first attempt to end", lambda: not alive(first), TIMEOUT, [cluster.master])
    cluster.wait_until_whole(60)
    _one_attempt_for(cluster, 5, second)
    states = {row["id"]: row["state"] for row in cluster.state()["completeddrivers"]}
    check(states.get(driver) == "RELAUNCHING", f"{driver} ended as {states.get(driver)}, expected RELAUNCHING")


@case(root=True, ours=True)
def supervised_driver_that_must_never_run_twice_waits_for_its_worker(scene):
    """Its worker is DEAD to two leaders, one after the other, and comes back with the driver that it had."""
    cluster, driver, host, node, other = _started(scene, "never-twice", **{"pilotlight.driver.relaunchDelay": "10m"})
    pid = host.drivers()[0]
    node.cut_off(cluster.nodes.values())
    wait_for(f"the worker {host.name} to be given up", lambda: cluster.state()["aliveworkers"] == 1, 3 * TIMEOUT, [cluster.master])
    _one_attempt_for(cluster, MOMENT, pid)
    old = cluster.leader()
    old.kill()
    cluster.wait_for_leader(other_than=[old])
    _one_attempt_for(cluster, TIMEOUT, pid)
    node.heal()
    cluster.wait_until_whole(60)
    check(not other.drivers(), f"{other.name} has the drivers {other.drivers()}")
    _one_attempt_for(cluster, 5, pid)
    check(cluster.driver_row(driver)["state"] == "RUNNING", f"the leader's row of {driver} is {cluster.driver_row(driver)}")
