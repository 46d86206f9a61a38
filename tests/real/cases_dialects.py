"""Workers and jobs of different Spark lines on one master at the same time. Spark's own Master cannot do any of this."""

from cases import case, numbers
from cluster import app_of, wait_for_round
from harness import Failure, check, wait_for


def oldest_and_newest_scala(releases):
    """The newest 3.x and the newest 4.x of the releases under test."""
    lines = [max((r for r in releases if r.startswith(f"{major}.")), key=numbers, default=None) for major in (3, 4)]
    return None if None in lines else lines


def look_alikes(releases):
    """4.1.4 and 4.3.0: their workers say the same bytes, and each refuses the other's LaunchExecutor."""
    return ["4.1.4", "4.3.0"] if any(release.startswith("4.") for release in releases) else None


@case(pair=oldest_and_newest_scala)
def cluster_drivers_of_two_scala_versions_at_once(scene):
    cluster = _mixed_cluster(scene)
    stop = cluster.path("stop")
    drivers = [(spark, cluster.submit_driver("TestDriver", "rounds", "8", "100", stop, spark=spark, conf={"spark.cores.max": 2}))
               for spark in scene.sparks]
    for spark, driver in drivers:
        wait_for(f"rounds of the driver of Spark {spark.release}",
                 lambda driver=driver: "ROUND 2 " in cluster.driver_output(driver), 120, [cluster.master])
        _check_home(cluster, spark, [worker for worker in cluster.workers if worker.driver_output(driver)])
        _check_home(cluster, spark, [worker for worker in cluster.workers if worker.spark is spark and worker.executors()])
    stop.touch()
    for _, driver in drivers:
        cluster.wait_for_driver(driver, "FINISHED", 120)
        check("RESULT " in cluster.driver_output(driver), f"{driver} has no result:\n{cluster.driver_log(driver)}")
    cluster.wait_until_idle()


@case(pair=oldest_and_newest_scala)
def application_without_a_worker_of_its_line_waits_for_one(scene):
    ours, other = scene.sparks
    cluster = scene.own_cluster("line-missing", workers=1)
    stop = cluster.path("stop")
    stop.touch()
    job = cluster.client_job("rounds.py", "4", "50", stop, spark=other, cores=2)
    wait_for("the application to register", lambda: cluster.state()["activeapps"], 60, [job, cluster.master])
    reason = wait_for("the log to say why it waits", lambda: [
        line for line in cluster.master.text().splitlines() if "waits" in line and "worker" in line], 20, [job])
    check(not cluster.executors(), f"a worker of Spark {ours.release} runs an executor of an application of {other.release}")
    cluster.add_worker(spark=other)
    job.wait(90)
    again = [line for line in cluster.master.text().splitlines() if "waits" in line and "worker" in line]
    check(len(again) == len(reason) == 1, "the log says more than once why the application waits:\n" + "\n".join(again))


@case(pair=look_alikes)
def workers_and_jobs_of_4_1_and_4_3_on_one_master(scene):
    cluster = _mixed_cluster(scene)
    stops = [cluster.path("stop") for _ in scene.sparks]
    jobs = [cluster.client_job("rounds.py", "8", "100", stop, spark=spark, cores=2)
            for spark, stop in zip(scene.sparks, stops)]
    for spark, job in zip(scene.sparks, jobs):
        wait_for_round(job, 1, 180, [cluster.master])
        _check_home(cluster, spark, [worker for worker in cluster.workers if worker.executors(app_of(job))])
    for job, stop in zip(jobs, stops):
        stop.touch()
        job.wait(60)
    for spark in scene.sparks:
        driver = cluster.submit_driver("TestDriver", "exit", "0", spark=spark)
        cluster.wait_for_driver(driver, "FINISHED", 90)
    cluster.wait_until_idle()


@case(pair=look_alikes)
def lines_survive_a_restart_of_the_master(scene):
    cluster = _mixed_cluster(scene)
    stops = [cluster.path("stop") for _ in scene.sparks]
    jobs = [cluster.client_job("rounds.py", "8", "200", stop, spark=spark, cores=2)
            for spark, stop in zip(scene.sparks, stops)]
    for job in jobs:
        wait_for_round(job, 1, 180, [cluster.master])
    before = cluster.executors()
    cluster.kill_master()
    cluster.start_master()
    wait_for("both workers and both applications back", lambda: len(cluster.alive_workers()) == 2 and [
        row["state"] for row in cluster.state()["activeapps"]] == ["RUNNING"] * 2, 30, [cluster.master])
    check(cluster.executors() == before, f"executors before {before}, after the restart {cluster.executors()}")
    for job, stop in zip(jobs, stops):
        stop.touch()
        job.wait(60)
    cluster.wait_until_idle()


def _mixed_cluster(scene):
    """One worker of each release; every case of a pair takes a master of its own."""
    cluster = scene.own_cluster("mixed", workers=0)
    for spark in scene.sparks:
        cluster.add_worker(spark=spark, cores=3, memory_mb=3072)
    cluster.wait_for_workers()
    return cluster


def _check_home(cluster, spark, workers):
    if not workers:
        raise Failure(f"nothing of Spark {spark.release} runs")
    for worker in workers:
        check(worker.spark is spark, f"{worker.name} is a worker of Spark {worker.spark.release} and runs something of "
                                     f"{spark.release} ({cluster.url})")
