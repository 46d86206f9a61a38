"""Two workers join, applications run on them and share them."""

from cases import case
from cluster import app_of, rounds_of, wait_for_round
from harness import check, wait_for


@case("short", "smoke")
def two_workers_join(scene):
    cluster = scene.cluster()
    state = cluster.state()
    check(state["status"] == "ALIVE", f"the master is {state['status']}, expected ALIVE")
    check(state["url"] == cluster.url, f"the master calls itself {state['url']}, expected {cluster.url}")
    check((state["aliveworkers"], state["cores"], state["memory"]) == (2, 4, 4096),
          f"{state['aliveworkers']} workers, {state['cores']} cores, {state['memory']} MiB, expected 2, 4, 4096")
    for worker in cluster.workers:
        check(worker.registered(cluster.url), f"{worker.name} has not registered with {cluster.url}")


@case("short", "smoke")
def client_application_runs_100_tasks_on_both_workers(scene):
    cluster = scene.cluster()
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "100", "50", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    app = app_of(job)
    on_workers = [worker.name for worker in cluster.workers if worker.executors(app)]
    check(len(on_workers) == 2, f"{app} has executors on {on_workers}, expected both workers")
    row = cluster.app_row(app)
    check(row["state"] == "RUNNING" and row["cores"] == 4, f"{app} is {row['state']} with {row['cores']} cores, expected 4")
    stop.touch()
    job.wait(60)
    used = set(sum((executors for _, executors in rounds_of(job)), []))
    check(used == {"0", "1"}, f"tasks ran on executors {sorted(used)}, expected 0 and 1")
    cluster.wait_until_idle()
    ended = cluster.app_row(app)
    check(ended and ended["state"] == "FINISHED", f"the master's row of {app} is {ended}, expected FINISHED")


@case()
def two_applications_share_the_cluster_by_cores_max(scene):
    cluster = scene.cluster()
    stops = [cluster.path("stop"), cluster.path("stop")]
    jobs = [cluster.client_job("rounds.py", "8", "100", stop, cores=2, conf={"spark.executor.cores": 1}) for stop in stops]
    for job in jobs:
        wait_for_round(job, 1, 180, [cluster.master])
    rows = {row["id"]: (row["state"], row["cores"]) for row in cluster.state()["activeapps"]}
    expected = {app_of(job): ("RUNNING", 2) for job in jobs}
    check(rows == expected, f"the master runs {rows}, expected {expected}")
    check(cluster.state()["coresused"] == 4, f"{cluster.state()['coresused']} cores in use, expected 4")
    for job, stop in zip(jobs, stops):
        stop.touch()
        job.wait(60)
    cluster.wait_until_idle()


@case()
def waiting_application_starts_when_another_ends(scene):
    cluster = scene.cluster()
    first_stop, second_stop = cluster.path("stop"), cluster.path("stop")
    first = cluster.client_job("rounds.py", "8", "100", first_stop)
    wait_for_round(first, 1, 180, [cluster.master])
    second = cluster.client_job("rounds.py", "4", "50", second_stop)
    second_stop.touch()
    wait_for("the second application to wait",
             lambda: any(row["state"] == "WAITING" for row in cluster.state()["activeapps"]), 60, [first, second])
    first_stop.touch()
    first.wait(60)
    second.wait(90)
    cluster.wait_until_idle()


@case()
def dynamic_allocation_grows_and_shrinks(scene):
    cluster = scene.cluster()
    idle, resume = cluster.path("idle"), cluster.path("resume")
    job = cluster.client_job("rounds.py", "8", "500", idle, resume, conf={
        "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.shuffleTracking.enabled": "true",
        "spark.dynamicAllocation.minExecutors": 0, "spark.dynamicAllocation.initialExecutors": 0,
        "spark.dynamicAllocation.maxExecutors": 2, "spark.dynamicAllocation.schedulerBacklogTimeout": "1s",
        "spark.dynamicAllocation.executorIdleTimeout": "2s", "spark.scheduler.minRegisteredResourcesRatio": "0"})
    wait_for("two executors", lambda: len(cluster.executors(app_of(job))) == 2 if app_of(job) else False, 90, [job])
    idle.touch()
    wait_for("the job to be idle", lambda: "\nIDLE" in job.text(), 60, [job])
    wait_for("no executor", lambda: not cluster.executors(app_of(job)), 40, [job])
    wait_for("no core in use", lambda: cluster.state()["coresused"] == 0, 10, [job])
    check(cluster.app_row(app_of(job)) is not None, "the idle application is gone from the master")
    before = len(rounds_of(job))
    resume.touch()
    job.wait(90)
    last, executors = rounds_of(job)[-1]
    check(last == before + 1, f"round {last} was the last, expected {before + 1}")
    check(not {"0", "1"} & set(executors), f"executors {executors} ran the last round: ids of ended executors were used again")
    cluster.wait_until_idle()


@case(since="3.4")  # Spark 3.3 has no resource profiles on a standalone cluster
def stage_level_resource_profile_gets_executors_of_its_shape(scene):
    cluster = scene.cluster()
    stop = cluster.path("stop")
    job = cluster.client_job("resource_profile.py", stop, conf={
        "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.shuffleTracking.enabled": "true",
        "spark.dynamicAllocation.maxExecutors": 2, "spark.dynamicAllocation.executorIdleTimeout": "2s",
        "spark.executor.cores": 1, "spark.scheduler.minRegisteredResourcesRatio": "0"})
    wait_for("the stage on executors of the profile", lambda: job.lines("SHAPED "), 120, [job, cluster.master])
    profile = job.lines("PROFILE ")[0]
    shaped = _executors_of_profile(cluster, profile)
    check(shaped, f"no executor runs with --resourceProfileId {profile}")
    for words in shaped:
        check("-Xmx600M" in words, f"an executor of the profile runs with {[w for w in words if w.startswith('-Xmx')]}")
    stop.touch()
    job.wait(60)
    check(job.lines("RESULT ") == ["10 12"], f"the job printed RESULT {job.lines('RESULT ')}, expected 10 12")
    cluster.wait_until_idle()


def _executors_of_profile(cluster, profile):
    """Command lines of the executors that were started for a resource profile."""
    found = []
    for pid in cluster.executors().values():
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                words = file.read().split("\0")
        except OSError:
            continue
        if "--resourceProfileId" in words and words[words.index("--resourceProfileId") + 1] == profile:
            found.append(words)
    return found
