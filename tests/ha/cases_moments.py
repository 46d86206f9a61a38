"""The leader dies at the worst moment: in the middle of a submission, of a launch, of dynamic allocation, or when a driver ends.

The moment is caught by asking the leader's /json/ every millisecond for the first sign of what is to be interrupted.
"""

import re
import time

from cluster import app_of
from harness import PATIENCE, alive, check, wait_for
from scene import Work, case, fail_over

# A driver whose first master is gone asks the next one after 20 s.
SPARKS_RETRY = 60


def kill_when(cluster, what, sign, seconds=60):
    """Kills the leader as soon as `sign(its state)`. The dead one."""
    old = cluster.leader()
    wait_for(what, lambda: (state := old.state()) and sign(state), seconds, every=0.001)
    old.kill()
    return old


@case(ours=True)
def leader_killed_during_a_submission(scene):
    """Three drivers, the leader killed a little later each time. What was acknowledged ends well, and nothing is left.

    Not asked of Spark's own Master: a driver that ends before the next master leads is ERROR there."""
    cluster = scene.own_cluster("submission")
    for late in (0.0, 0.01, 0.1):
        known = {row["id"] for row in cluster.state()["activedrivers"] + cluster.state()["completeddrivers"]}
        mark = cluster.path("mark")
        mark.touch()  # with it the driver ends well at its first attempt
        client = cluster.start_submission("TestDriver", "second-time", mark)
        old = cluster.leader()
        wait_for("the driver at the leader",
                 lambda: (s := old.state()) and {row["id"] for row in s["activedrivers"]} - known, 60, [client], every=0.001)
        time.sleep(late)
        old.kill()
        cluster.wait_for_leader(other_than=[old])
        status = client.wait(90, expect=None)
        acknowledged = re.search(r"Driver successfully submitted as (driver-\d+-\d+)", client.text())
        check(acknowledged or status != 0, f"{client.name} ended well and was given no driver id; log {client.log}")
        if acknowledged:
            cluster.wait_for_driver(acknowledged.group(1), "FINISHED", 90)
        wait_for("no driver to be left", lambda: not cluster.state()["activedrivers"], 90, [cluster.master])
        old.start()
        cluster.wait_until_one_leads()
    cluster.wait_until_idle()


@case()
def leader_killed_during_a_launch(scene):
    cluster = scene.own_cluster("launch")
    work = Work(cluster, scene.spark, cores=4)
    old = kill_when(cluster, "the application at the leader", lambda state: state["activeapps"])
    cluster.wait_for_leader(other_than=[old])
    work.begin()
    wait_for("four executors", lambda: len(cluster.executors(work.app)) == 4, SPARKS_RETRY, [work.job])
    row = cluster.app_row(work.app)
    check(row and row["cores"] == 4, f"the leader's row of {work.app} is {row}, expected 4 cores")
    work.finish(same_executors=False)
    cluster.wait_until_idle()


@case()
def leader_killed_before_the_application_is_registered(scene):
    """The driver's JVM is up and asks a master that dies."""
    cluster = scene.own_cluster("before")
    work = Work(cluster, scene.spark)
    wait_for("the driver to start", lambda: "SparkContext" in work.job.text(), 60, [work.job], every=0.005)
    old = cluster.leader()
    old.kill()
    cluster.wait_for_leader(other_than=[old])
    work.begin()
    work.finish()
    cluster.wait_until_idle()


@case()
def leader_killed_during_dynamic_allocation(scene):
    """The application has asked for more executors than it has been given; what it asked for survives."""
    cluster = scene.own_cluster("dynamic")
    # Rounds long enough for a backlog, which is what makes a driver ask for more.
    work = Work(cluster, scene.spark, cores=4, tasks=12, millis=1000, conf={
        "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.shuffleTracking.enabled": "true",
        "spark.dynamicAllocation.initialExecutors": "0", "spark.dynamicAllocation.minExecutors": "0",
        "spark.dynamicAllocation.maxExecutors": "4", "spark.dynamicAllocation.schedulerBacklogTimeout": "1s",
        "spark.scheduler.minRegisteredResourcesRatio": "0"})
    old = kill_when(cluster, "the first executor", lambda state: any(row["cores"] for row in state["activeapps"]), 90)
    cluster.wait_for_leader(other_than=[old])
    work.begin()
    wait_for("four executors", lambda: len(cluster.executors(work.app)) == 4, SPARKS_RETRY, [work.job, cluster.master])
    before = cluster.executors(work.app)
    next_one = cluster.leader()
    old.start()
    cluster.wait_until_one_leads()
    next_one.kill()
    cluster.wait_for_leader(other_than=[next_one])
    cluster.wait_until_whole(app=work.app)
    work.progress(3)
    now = cluster.executors(work.app)
    check(now == before, f"executors before {before}, after the second failover {now}")
    work.finish(same_executors=False)


@case(ours=True)
def driver_ends_while_nobody_leads(scene):
    cluster = scene.own_cluster("nobody-leads")
    stop = cluster.path("stop")
    driver = cluster.submit_driver("TestDriver", "rounds", "4", "100", stop, conf={"spark.cores.max": 2})
    wait_for("some rounds", lambda: "ROUND 2 " in cluster.driver_output(driver), 90, [cluster.master])
    pids = [pid for worker in cluster.workers for pid in worker.drivers()]
    for master in cluster.masters:
        master.kill()
    stop.touch()
    wait_for("the driver's process to end", lambda: not any(alive(pid) for pid in pids), 60)
    for master in cluster.masters:
        master.start()
    cluster.wait_for_leader(30)
    cluster.wait_for_driver(driver, "FINISHED", 60)
    cluster.wait_until_idle()


@case()
def cluster_driver_survives_a_failover(scene):
    cluster = scene.own_cluster("cluster-driver")
    stop = cluster.path("stop")
    driver = cluster.submit_driver("TestDriver", "rounds", "4", "100", stop, conf={"spark.cores.max": 2})
    wait_for("some rounds", lambda: "ROUND 2 " in cluster.driver_output(driver), 90, [cluster.master])
    pids, executors = [pid for worker in cluster.workers for pid in worker.drivers()], cluster.executors()
    old = cluster.leader()
    old.kill()
    cluster.wait_for_leader(other_than=[old])
    wait_for("the driver RUNNING at the new leader",
             lambda: (cluster.driver_row(driver) or {}).get("state") == "RUNNING", 60, [cluster.master])
    check([pid for worker in cluster.workers for pid in worker.drivers()] == pids, "the driver's process is another one")
    check(cluster.executors() == executors, "the driver's executors are other ones")
    stop.touch()
    cluster.wait_for_driver(driver, "FINISHED", 90)
    old.start()
    cluster.wait_until_one_leads()
    cluster.wait_until_idle()


@case(ours=True)
def new_application_is_served_right_after_a_failover(scene):
    """Its driver asked while there was no leader: it must not wait for Spark's own retry of 20 s."""
    cluster = scene.own_cluster("new-application")
    first = Work(cluster, scene.spark, cores=1).begin()
    old = cluster.leader()
    second = Work(cluster, scene.spark, cores=1)
    wait_for("the second driver to start", lambda: "SparkContext" in second.job.text(), 60, [second.job], every=0.005)
    old.kill()
    killed = time.monotonic()
    wait_for("the second application's id", lambda: app_of(second.job), 60, [second.job], every=0.01)
    took = time.monotonic() - killed
    check(took < 15 * PATIENCE, f"the new application was registered {took:.1f} s after the leader's death")
    fail_over(cluster, old, [first])
    second.begin().finish()
    first.finish()
