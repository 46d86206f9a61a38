"""The seven scenarios of Spark's own FaultToleranceTest, for each Spark line.

A "valid" cluster, in Spark's words: the client's job still gets answers, exactly one master is ALIVE, all others are STANDBY, there
is an active application, and every worker is ALIVE at the leader. Spark waits 30 s before it looks; here the waits end when it is
so.
"""

from cluster import SPARKS_OWN_MASTER
from harness import check
from scene import Work, case, fail_over

VALID_WITHIN = 120 if SPARKS_OWN_MASTER else 30


def valid(cluster, work):
    leader = cluster.wait_until_whole(VALID_WITHIN, work.app)
    work.progress(2, VALID_WITHIN)
    return leader


def started(scene, name, masters, workers):
    cluster = scene.own_cluster(name, workers=workers, masters=masters)
    return cluster, Work(cluster, scene.spark).begin()


@case(lines="each")
def sanity_basic(scene):
    cluster, work = started(scene, "sanity-basic", 1, 1)
    valid(cluster, work)
    work.finish()


@case(lines="each")
def sanity_many_masters(scene):
    cluster, work = started(scene, "sanity-many", 3, 3)
    valid(cluster, work)
    work.finish()


@case(lines="each")
def single_master_halt(scene):
    cluster, old_client = started(scene, "halt", 3, 2)
    valid(cluster, old_client)
    old = cluster.leader()
    old.kill()
    fail_over(cluster, old, [old_client])
    valid(cluster, old_client)
    new_client = Work(cluster, scene.spark, cores=1).begin()
    valid(cluster, new_client)
    new_client.finish()
    old_client.finish()


@case(lines="each")
def single_master_restart(scene):
    """The new master has an address that neither workers nor client were ever told."""
    cluster, work = started(scene, "restart", 1, 2)
    valid(cluster, work)
    for number in (1, 2):
        cluster.leader().kill()
        new = cluster.add_master(start=False)
        new.host = f"127.0.0.{10 + number}"
        new.start()
        check(valid(cluster, work) is new, f"{new.name} does not lead")
        work.check_unharmed()
    work.finish()


@case(lines="each")
def cluster_failure(scene):
    """Everything but the client and ZooKeeper dies; the old client goes on with new masters and new workers."""
    cluster, work = started(scene, "cluster-failure", 2, 2)
    valid(cluster, work)
    for one in [*cluster.masters, *(worker.process for worker in cluster.workers)]:
        one.kill()
    for _ in range(2):
        cluster.add_master()
    for _ in range(2):
        cluster.add_worker()
    valid(cluster, work)
    work.finish(same_executors=False)


@case(lines="each")
def all_but_standby_failure(scene):
    cluster, work = started(scene, "all-but-standby", 2, 2)
    valid(cluster, work)
    old = cluster.leader()
    for one in [old, *(worker.process for worker in cluster.workers)]:
        one.kill()
    for _ in range(2):
        cluster.add_worker()
    valid(cluster, work)
    work.finish(same_executors=False)


@case(lines="each")
def rolling_outage(scene):
    """The oldest standby follows, each time, and a new one joins."""
    cluster, work = started(scene, "rolling", 1, 2)
    for _ in range(2):
        cluster.add_master().wait_until_up()
        cluster.wait_until_one_leads()
    for turn in range(3):
        old = valid(cluster, work)
        check(old is cluster.masters[turn], f"{old.name} leads, expected {cluster.masters[turn].name}, the oldest")
        old.kill()
        fail_over(cluster, old, [work])
        cluster.add_master().wait_until_up()
    check(valid(cluster, work) is cluster.masters[3], "the oldest standby has not followed")
    work.finish()
