"""Something dies, and the work goes on."""

import os
import signal
import time

from cases import case
from cluster import SPARKS_OWN_MASTER, app_of, rounds_of, wait_for_round
from harness import alive, check, wait_for

DECOMMISSION = "-Dspark.decommission.enabled=true"


@case("short")
def master_restarted_under_a_running_application_keeps_every_executor(scene):
    cluster = scene.cluster()
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "200", stop)
    wait_for_round(job, 2, 180, [cluster.master])
    app = app_of(job)
    before = cluster.executors(app)
    check(len(before) == 2, f"{app} has {len(before)} executors, expected 2")
    cluster.kill_master()
    down = rounds_of(job)[-1][0]
    wait_for_round(job, down + 2, 30)  # the running work needs no master
    cluster.start_master()
    _wait_until_recovered(cluster, app)
    wait_for_round(job, rounds_of(job)[-1][0] + 2, 30, [cluster.master])
    after = cluster.executors(app)
    check(after == before, f"executors before the master's death {before}, after its restart {after}")
    stop.touch()
    job.wait(60)
    used = set(sum((executors for _, executors in rounds_of(job)), []))
    check(used == {"0", "1"}, f"tasks ran on executors {sorted(used)}, expected only 0 and 1")
    cluster.wait_until_idle()


@case()
def cluster_driver_survives_the_master(scene):
    cluster = scene.own_cluster("survives")
    stop = cluster.path("stop")
    driver = cluster.submit_driver("TestDriver", "rounds", "8", "100", stop, conf={"spark.cores.max": 2})
    wait_for("some rounds", lambda: "ROUND 2 " in cluster.driver_output(driver), 90, [cluster.master])
    pids = [pid for worker in cluster.workers for pid in worker.drivers()]
    executors = cluster.executors()
    cluster.kill_master()
    cluster.start_master()
    wait_for("the driver RUNNING at the new master",
             lambda: (cluster.driver_row(driver) or {}).get("state") == "RUNNING", 60, [cluster.master])
    check([pid for worker in cluster.workers for pid in worker.drivers()] == pids, "the driver's process is another one")
    check(cluster.executors() == executors, "the driver's executors are other ones")
    stop.touch()
    cluster.wait_for_driver(driver, "FINISHED", 120)
    cluster.wait_until_idle()


@case()
def worker_killed_while_it_runs_executors(scene):
    cluster = scene.own_cluster("worker-killed")
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "16", "200", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    victim, survivor = cluster.workers
    orphans = list(victim.executors().values())
    check(orphans, f"{victim.name} runs no executor")
    port = victim.port()
    victim.process.kill()
    wait_for("the master to see the worker DEAD",
             lambda: any(row["port"] == port and row["state"] == "DEAD" for row in cluster.state()["workers"]), 15,
             [cluster.master])
    wait_for("the dead worker's executors to be gone", lambda: not any(alive(pid) for pid in orphans), 15)
    # Spark's driver notices the lost executor, and the round is done again on the other one.
    wait_for_round(job, rounds_of(job)[-1][0] + 2, 60, [cluster.master])
    check(list(survivor.executors()), f"{survivor.name} runs no executor any more")
    stop.touch()
    job.wait(60)


@case()
def killed_worker_is_replaced_by_a_new_one(scene):
    cluster = scene.own_cluster("worker-replaced")
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "100", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    cluster.workers[0].process.kill()
    replacement = cluster.add_worker()
    wait_for("an executor on the new worker", lambda: replacement.executors(app_of(job)), 60, [job, cluster.master])
    number = rounds_of(job)[-1][0]
    wait_for("the new executor to do work", lambda: any("2" in executors for _, executors in rounds_of(job)), 60,
             [job, cluster.master])
    check(rounds_of(job)[-1][0] > number, "no round ended after the replacement")
    stop.touch()
    job.wait(60)


@case()
def decommissioned_worker_gets_no_more_work(scene):
    cluster = scene.own_cluster("decommission", options=DECOMMISSION)
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "200", stop, conf={"spark.decommission.enabled": "true"})
    wait_for_round(job, 1, 180, [cluster.master])
    leaving, staying = cluster.workers
    executors = list(leaving.executors().values())
    os.kill(leaving.process.pid, signal.SIGPWR)
    wait_for("the master to see the worker DECOMMISSIONED",
             lambda: cluster.worker_state(leaving)["state"] == "DECOMMISSIONED", 20, [cluster.master])
    wait_for("its executors to leave", lambda: not any(alive(pid) for pid in executors), 60, [job, cluster.master])
    wait_for_round(job, rounds_of(job)[-1][0] + 2, 60, [cluster.master])
    check(not leaving.executors(), f"{leaving.name} is decommissioned and got an executor")
    check(staying.executors(), f"{staying.name} runs no executor any more")
    stop.touch()
    job.wait(60)


@case()
def killed_client_driver_leaves_no_executor_behind(scene):
    cluster = scene.own_cluster("driver-killed")
    job = cluster.client_job("rounds.py", "8", "200", cluster.path("stop"))
    wait_for_round(job, 1, 180, [cluster.master])
    app = app_of(job)
    executors = list(cluster.executors(app).values())
    check(len(executors) == 2, f"{app} has {len(executors)} executors, expected 2")
    killed = time.monotonic()
    job.kill()
    wait_for("the executors to be gone", lambda: not any(alive(pid) for pid in executors), 10)
    took = time.monotonic() - killed
    check(took <= 2, f"executors were gone {took:.1f} s after their driver's death, expected within 2 s")
    wait_for("the application to be gone from the master",
             lambda: all(row["id"] != app for row in cluster.state()["activeapps"]), 5, [cluster.master])
    cluster.wait_until_idle()


@case()
def driver_and_worker_killed_while_there_is_no_master(scene):
    cluster = scene.own_cluster("nobody-looked")
    stop = cluster.path("stop")
    dead = cluster.client_job("rounds.py", "8", "100", cluster.path("never"), cores=2, conf={"spark.executor.cores": 1})
    job = cluster.client_job("rounds.py", "8", "100", stop, cores=2, conf={"spark.executor.cores": 1})
    for running in (dead, job):
        wait_for_round(running, 1, 180, [cluster.master])
    dead_app, app = app_of(dead), app_of(job)
    cluster.kill_master()
    dead.kill()
    cluster.workers[0].process.kill()
    cluster.start_master()
    # Spark's own Master finds out only when its worker timeout has passed.
    wait_for("the master to be ALIVE", lambda: cluster.state()["status"] == "ALIVE", 90, [cluster.master])
    wait_for(f"the dead application {dead_app} to be gone",
             lambda: all(row["id"] != dead_app for row in cluster.state()["activeapps"]), 90, [cluster.master])
    wait_for("one worker ALIVE", lambda: len(cluster.alive_workers()) == 1, 20, [cluster.master])
    wait_for_round(job, rounds_of(job)[-1][0] + 2, 60, [cluster.master])
    row = cluster.app_row(app)
    check(row and row["state"] in ("RUNNING", "WAITING"), f"the master's row of {app} is {row}, expected RUNNING")
    stop.touch()
    job.wait(60)


def _wait_until_recovered(cluster, app):
    def recovered():
        state = cluster.state(optional=True)
        return state and state["status"] == "ALIVE" and len(cluster.alive_workers()) == len(cluster.workers) and any(
            row["id"] == app and row["state"] == "RUNNING" and row["cores"] == 4 for row in state["activeapps"])
    # A worker that Spark's own Master has not heard of within its timeout of 60 s is given up.
    wait_for(f"the new master to know both workers and {app} with its 4 cores", recovered,
             90 if SPARKS_OWN_MASTER else 30, [cluster.master])
