"""The leader dies, stands still, is told to go."""

import time

from cluster import SPARKS_OWN_MASTER
from harness import check
from scene import case, fail_over


@case("short", lines="mixed")
def leader_killed_under_running_jobs(scene):
    cluster = scene.cluster()
    works = scene.work(cluster)
    old = cluster.leader()
    old.kill()
    fail_over(cluster, old, works)
    old.start()
    cluster.wait_until_one_leads()
    _end(cluster, works)


@case("short", lines="mixed", ours=True)
def leader_frozen_for_5_s(scene):
    _freeze(scene, 5)


@case(lines="mixed", ours=True)
def leader_frozen_for_10_s(scene):
    _freeze(scene, 10)


@case(lines="mixed", ours=True)
def leader_frozen_for_70_s(scene):
    """Longer than every worker's timeout: what the old leader thinks when it wakes is that all workers are dead."""
    _freeze(scene, 70)


@case("short", lines="mixed")
def every_leader_told_to_go(scene):
    cluster = scene.cluster()
    works = scene.work(cluster)
    for _ in range(1 if SPARKS_OWN_MASTER else len(cluster.masters)):
        old = cluster.leader()
        old.terminate()
        fail_over(cluster, old, works)
        old.start()
        old.wait_until_up()
        cluster.wait_until_one_leads()
    _end(cluster, works)


@case(lines="mixed", ours=True)
def two_failovers_within_a_second(scene):
    cluster = scene.own_cluster("two-failovers")
    works = scene.work(cluster)
    first = cluster.leader()
    first.kill()
    second = cluster.wait_for_leader(other_than=[first])
    second.kill()
    fail_over(cluster, second, works)
    first.start()
    second.start()
    cluster.wait_until_one_leads()
    _end(cluster, works)


@case(ours=True)
def ten_leaders_killed_in_a_row(scene):
    cluster = scene.own_cluster("ten-kills")
    works = scene.work(cluster)
    for _ in range(10):
        old = cluster.leader()
        old.kill()
        fail_over(cluster, old, works)
        old.start()
        cluster.wait_until_one_leads()
    records = cluster.failovers()
    check([one["epoch"] for one in records] == sorted({one["epoch"] for one in records}), f"epochs do not rise: {records}")
    check(len([one for one in records if one["cause"] != "start"]) >= 10, f"the flight record misses failovers: {records}")
    _end(cluster, works)


@case(ours=True)
def seven_leaders_frozen_in_a_row(scene):
    """Each of three stands still more than twice within a minute: whoever was deposed must count for the next majority."""
    cluster = scene.own_cluster("seven-freezes")
    works = scene.work(cluster)
    for _ in range(7):
        old = cluster.leader()
        old.freeze()
        fail_over(cluster, old, works)
        old.thaw()
        cluster.wait_until_one_leads()
        cause = cluster.failovers()[-1]["cause"]
        check(cause == "heartbeat", f"the frozen {old.name} was deposed by its {cause}")
    _end(cluster, works)


def _freeze(scene, seconds):
    cluster = scene.cluster()
    works = scene.work(cluster)
    old = cluster.leader()
    pid = old.pid
    old.freeze()
    began = time.monotonic()
    new = fail_over(cluster, old, works)
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    old.thaw()
    cluster.wait_until_one_leads()
    check(cluster.leader() is new, f"{new.name} led, and after the thaw {cluster.leader().name} does")
    check(old.running() and old.pid == pid and old.status() == "STANDBY", f"{old.name} is not the same process, in STANDBY")
    # What the old leader would do wrong it would do within seconds: Spark's takes five.
    for work in works:
        work.progress(6)
    _end(cluster, works)


def _end(cluster, works):
    states = {row["id"]: row["state"] for row in cluster.state()["workers"]}
    removed = [worker for worker, state in states.items() if state != "ALIVE"]
    check(not removed, f"the leader has given up workers that live: {removed}")
    lost = cluster.workers_without_record()
    check(not lost, f"workers without a record in ZooKeeper: {lost}")
    for work in works:
        work.finish()
    cluster.wait_until_idle()
