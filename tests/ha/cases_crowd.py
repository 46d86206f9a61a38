"""The leader dies in a crowd: while 200 workers register, with 20 real executors, with 1,000 simulated ones."""

from crowd import Crowd, executors_on_pages
from harness import check, wait_for
from scene import Work, case, fail_over


def _place(master):
    return f"{master.host}:{master.port}"


@case("short", ours=True)
def leader_killed_while_200_workers_register(scene):
    """Some have been acknowledged by the old leader, some have asked it, some come later: all are at the new one, once."""
    cluster = scene.empty_cluster("crowd-registers")
    old = cluster.wait_until_one_leads()
    crowd = Crowd(cluster, old, workers=200, window=2)
    wait_for("sixty workers at the first leader", lambda: (old.state() or {}).get("aliveworkers", 0) >= 60, 60, every=0.001)
    old.kill()
    new = cluster.wait_for_leader(other_than=[old])
    ready = crowd.wait_for("ready")
    check(0 < ready["lost"] < 200, f"{ready['lost']:.0f} of 200 workers had registered when the leader died: not in the middle")
    check(ready["master"] == _place(new), f"the workers follow {ready['master']}, but {new.name} leads")
    rows = new.state(20)["workers"]
    ids = {row["id"] for row in rows}
    check(len(rows) == len(ids) == 200 and all(row["state"] == "ALIVE" for row in rows),
          f"{new.name} has {len(rows)} rows of {len(ids)} workers, states {sorted({row['state'] for row in rows})}; "
          "expected 200 ALIVE")
    lost = cluster.workers_without_record()
    check(not lost, f"{len(lost)} workers without a record in ZooKeeper, such as {lost[:3]}")
    crowd.check_well()
    old.start()
    cluster.wait_until_one_leads()


@case(ours=True)
def leader_killed_with_20_real_executors(scene):
    cluster = scene.empty_cluster("twenty-executors")
    for _ in range(2):
        cluster.add_worker(cores=10, memory_mb=10 * 1024)
    cluster.wait_for_workers()
    # Twenty JVMs start on few cores: the first round has to wait for the last of them.
    work = Work(cluster, scene.spark, cores=20, tasks=40, millis=100, conf={
        "spark.executor.memory": "512m", "spark.scheduler.maxRegisteredResourcesWaitingTime": "600s"}).begin()
    check(len(work.executors) == 20, f"{len(work.executors)} executors run, expected 20")
    old = cluster.leader()
    old.kill()
    fail_over(cluster, old, [work], 30)
    row = cluster.app_row(work.app)
    check(row and row["cores"] == 20, f"the new leader's row of {work.app} is {row}, expected 20 cores")
    old.start()
    cluster.wait_until_one_leads()
    work.finish()
    cluster.wait_until_idle()


@case(ours=True)
def leader_killed_with_1000_executors(scene):
    """500 applications of two executors, on 100 workers; the crowd complains of one that is lost, killed or given twice."""
    cluster = scene.empty_cluster("thousand-executors")
    first = cluster.wait_until_one_leads()
    crowd = Crowd(cluster, first, workers=100, cores=20, memory=20 * 1024, apps=500, window=50)
    ready = crowd.wait_for("ready", seconds=120)
    check(ready["executors"] == 1000, f"{ready['executors']:.0f} executors were started, expected 1,000")
    cluster.wait_until_one_leads()
    for number in (1, 2):
        old = cluster.leader()
        before = executors_on_pages(old)
        check(len(before) == 1000, f"the pages of {old.name} show {len(before)} executors, expected 1,000")
        old.kill()
        new = cluster.wait_for_leader(other_than=[old])
        seen = crowd.wait_for("failover", number)
        check(seen["master"] == _place(new), f"the crowd follows {seen['master']}, but {new.name} leads")
        after = executors_on_pages(new)
        changed = sorted(set(before.items()) ^ set(after.items()))
        check(not changed, f"{len(changed)} executors differ after the failover, such as {changed[:3]}")
        renewed = crowd.renew_executors()
        check(renewed["executors"] == 1000, f"{renewed['executors']:.0f} executors run after 500 were replaced, expected 1,000")
        again = set(executors_on_pages(new)) - set(before)
        check(len(again) == 500, f"{len(again)} of 500 new executors have ids that were never given")
        crowd.check_well()
        old.start()
        cluster.wait_until_one_leads(30)
