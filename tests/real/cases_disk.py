"""The master's records cannot be written: what runs goes on, nothing is promised, and it resumes when there is space."""

import os
import signal
import time

from cases import case
from cluster import app_of, rounds_of, wait_for_round
from harness import check, wait_for
from small_disk import SmallDisk

# Root may write anywhere, unless it starts without that right.
WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
HELD = "Recovery state was not written, answers and launches are held until it is"
WRITTEN_AGAIN = "Recovery state is written again; held answers and launches go out."


@case(ours=True)
def full_disk_holds_what_is_new_and_nothing_else(scene):
    disks = []
    try:
        cluster = scene.own_cluster("full-disk", prepare=lambda lab: disks.append(SmallDisk(lab.folder / "recovery")))
        disk = disks[0]
        stop = cluster.path("stop")
        job = cluster.client_job("rounds.py", "8", "100", stop, cores=2)
        wait_for_round(job, 1, 180, [cluster.master])
        disk.fill(cluster.master)
        held = cluster.client_job("rounds.py", "8", "100", stop, cores=2)
        wait_for("the master to say that nothing can be written", lambda: HELD in cluster.master.text(), 60,
                 [cluster.master, job, held])
        number = rounds_of(job)[-1][0]
        time.sleep(3)  # several more tries to write
        wait_for_round(job, number + 3, 40, [cluster.master])
        check(app_of(held) is None, f"{held.name} was told its id {app_of(held)}, which no record holds")
        check(len(cluster.executors()) == 1, f"{len(cluster.executors())} executors, expected only the first job's")
        check(len(cluster.alive_workers()) == 2, f"{len(cluster.alive_workers())} workers ALIVE, expected 2")
        said = [line for line in cluster.master.text().splitlines() if HELD in line]
        check(len(said) == 1 and str(disk.folder) in said[0], f"expected one line that names {disk.folder}, not {said}")
        disk.free()
        wait_for("the master to write again", lambda: WRITTEN_AGAIN in cluster.master.text(), 20, [cluster.master])
        wait_for_round(held, 1, 120, [cluster.master])
        # What was held has become durable: a new master knows it.
        cluster.kill_master()
        cluster.start_master()
        wait_for("both applications RUNNING at the new master", lambda: sorted(
            row["id"] for row in cluster.state()["activeapps"] if row["state"] == "RUNNING") == sorted(
                [app_of(job), app_of(held)]), 60, [cluster.master])
        stop.touch()
        job.wait(60)
        held.wait(60)
        cluster.check_master()
        cluster.master.kill(signal.SIGTERM)
        cluster.master.wait(5)
    finally:
        for disk in disks:
            disk.close()


@case(ours=True)
def read_only_recovery_directory_is_named_and_the_job_goes_on(scene):
    cluster = scene.own_cluster("read-only")
    stop = cluster.path("stop")
    job = cluster.client_job("rounds.py", "8", "100", stop)
    wait_for_round(job, 1, 180, [cluster.master])
    executors = cluster.executors()
    cluster.kill_master()
    files = [cluster.recovery, *cluster.recovery.iterdir()]
    modes = [path.stat().st_mode for path in files]
    for path, mode in zip(files, modes):
        path.chmod(mode & 0o555)
    try:
        refused = cluster.launch_master(WITHOUT_ROOTS_RIGHTS if os.geteuid() == 0 else ())
        refused.wait(20, expect=1)
        said = refused.text().splitlines()[-1]
        check(" ERROR Master: " in said and str(cluster.recovery) in said, f"the last line does not say what to do: {said}")
        wait_for_round(job, rounds_of(job)[-1][0] + 2, 30)
    finally:
        for path, mode in zip(files, modes):
            path.chmod(mode)
    cluster.start_master()
    wait_for("the application RUNNING at the new master",
             lambda: (cluster.app_row(app_of(job)) or {}).get("state") == "RUNNING", 60, [cluster.master])
    wait_for_round(job, rounds_of(job)[-1][0] + 2, 30, [cluster.master])
    check(cluster.executors() == executors, f"executors were {executors} and are {cluster.executors()}")
    stop.touch()
    job.wait(60)
    cluster.check_master()
