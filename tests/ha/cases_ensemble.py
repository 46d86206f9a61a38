"""ZooKeeper is in trouble: a server, its leader, all of it, or what stands in it."""

import time

from cluster import SPARKS_OWN_MASTER
from crowd import Crowd
from ha_cluster import DIRECTORY
from harness import Failure, check, wait_for
from scene import Work, case, fail_over
from zkclient import Client


def _same_leader(cluster, leader, epoch, what):
    """Nobody else took over, and nobody had to: the masters answer as before."""
    cluster.wait_until_one_leads()
    now = cluster.leader()
    check(now is leader, f"{leader.name} led before {what}, {now.name} does after it")
    epoch_now = cluster.state().get("epoch")
    check(epoch_now == epoch, f"the epoch was {epoch} before {what} and is {epoch_now} after it")


@case("short", ours=True)
def zookeeper_server_of_the_leader_killed(scene):
    """Spark's Master ends itself here; ours does not even lose its epoch."""
    cluster = scene.own_cluster("zk-server")
    work = Work(cluster, scene.spark).begin()
    leader, epoch = cluster.leader(), cluster.state()["epoch"]
    for _ in range(2):
        servers = cluster.ensemble.servers_of(leader.pid)
        check(len(servers) >= 1, f"{leader.name} has no connection to a ZooKeeper server")
        servers[0].kill()
        work.progress(10)
        _same_leader(cluster, leader, epoch, f"the death of {servers[0].name}")
        servers[0].start()
        cluster.ensemble.wait_until_serving()
    work.finish()


@case(ours=True)
def zookeeper_leader_killed(scene):
    cluster = scene.own_cluster("zk-leader")
    work = Work(cluster, scene.spark).begin()
    leader, epoch = cluster.leader(), cluster.state()["epoch"]
    server = cluster.ensemble.leader()
    server.kill()
    wait_for("another ZooKeeper server to lead",
             lambda: any(one.mode() == "leader" for one in cluster.ensemble.servers if one is not server), 30)
    work.progress(6)
    _same_leader(cluster, leader, epoch, "the death of ZooKeeper's leader")
    second = Work(cluster, scene.spark, cores=1).begin()  # and it can still write
    second.finish()
    work.finish()


@case()
def whole_ensemble_down_for_30_s(scene):
    cluster = scene.own_cluster("zk-down")
    work = Work(cluster, scene.spark).begin()
    pids = [master.pid for master in cluster.masters]
    cluster.ensemble.kill()
    began = time.monotonic()
    work.progress(10)
    time.sleep(max(0.0, 30 - (time.monotonic() - began)))
    cluster.ensemble.start()
    cluster.wait_until_whole(90, work.app)
    check(SPARKS_OWN_MASTER or [master.pid for master in cluster.masters if master.running()] == pids, "a master has ended")
    work.progress()
    work.finish()


@case(ours=True)
def ensemble_restarted_server_by_server(scene):
    cluster = scene.own_cluster("zk-rolling")
    work = Work(cluster, scene.spark).begin()
    leader, epoch = cluster.leader(), cluster.state()["epoch"]
    for server in [*cluster.ensemble.followers(), cluster.ensemble.leader()]:
        server.restart()
        cluster.ensemble.wait_until_serving()
    work.progress(4)
    _same_leader(cluster, leader, epoch, "a rolling restart of ZooKeeper")
    work.finish()


@case(ours=True)
def zookeeper_comes_after_the_masters(scene):
    cluster = scene.empty_cluster("zk-late", masters=0)
    cluster.ensemble.kill()
    for _ in range(3):
        cluster.add_master()
    for master in cluster.masters:
        master.wait_until_up(10)
    time.sleep(8)  # longer than a session
    states = [master.status() for master in cluster.masters]
    check(states == ["STANDBY"] * 3, f"without ZooKeeper the masters are {states}, expected STANDBY")
    for _ in range(2):
        cluster.add_worker()
    cluster.ensemble.start()
    cluster.wait_until_one_leads(30)
    cluster.wait_for_workers()
    Work(cluster, scene.spark).begin().finish()


@case(ours=True)
def corrupt_record_costs_only_itself(scene):
    """Somebody has written nonsense into a worker's record. Everything else comes back, and the log names it."""
    cluster = scene.own_cluster("zk-corrupt", workers=3)
    work = Work(cluster, scene.spark).begin()
    victim = cluster.worker_state(cluster.workers[2])["id"]
    with Client(cluster.connect) as client:
        paths = [path for path in client.walk(f"{DIRECTORY}/pilotlight/records") if victim in path]
        check(paths, f"{victim} has no record")
        cluster.strangers.append(client.session)
        client.set(paths[0], b"\xff{nonsense")
    for master in cluster.masters:
        master.kill()
    for master in cluster.masters:
        master.start()
    cluster.wait_for_leader(30)

    def rest_is_back():
        state = cluster.state()
        ids = [row["id"] for row in state["workers"] if row["state"] == "ALIVE" and row["id"] != victim]
        return len(ids) == 2 and any(row["id"] == work.app for row in state["activeapps"])
    wait_for("two workers and the application to be back", rest_is_back, 30, [cluster.master])
    check(any(victim in line and ("WARN" in line or "ERROR" in line) for master in cluster.masters
              for line in master.process.text().splitlines()), f"no master's log warns of the record of {victim}")
    work.progress()
    work.finish(same_executors=False)


@case(ours=True)
def leader_killed_while_a_zookeeper_server_is_down(scene):
    cluster = scene.own_cluster("zk-both")
    work = Work(cluster, scene.spark).begin()
    old = cluster.leader()
    servers = cluster.ensemble.servers_of(old.pid)
    servers[0].kill()
    old.kill()
    fail_over(cluster, old, [work])
    servers[0].start()
    cluster.ensemble.wait_until_serving()
    work.finish()


def _break_session(cluster, leader):
    """The servers that the leader was connected to; returns when it has its session again.

    Not every try hits: the kernel's table of thousands of connections is not read in one piece."""
    seen = leader.process.text().count("the same session")
    for _ in range(5):
        before, end = cluster.ensemble.break_connection_of(leader.pid), time.monotonic() + 3
        while before and time.monotonic() < end:
            if leader.process.text().count("the same session") > seen:
                return before
            time.sleep(0.05)
    raise Failure(f"{leader.name} has not come back to ZooKeeper in the same session; log {leader.process.log}")


@case(root=True, ours=True)
def zookeeper_session_of_the_leader_moves_to_another_server(scene):
    """Five times its connection is reset, while workers register all the time: same session, same epoch, no record lost."""
    cluster = scene.empty_cluster("session-moves")
    leader = cluster.wait_until_one_leads()
    epoch, moved = cluster.state()["epoch"], 0
    crowd = Crowd(cluster, leader, workers=3000, window=2)
    for number in range(1, 6):
        wait_for("more workers at the leader",
                 lambda number=number: (leader.state() or {}).get("aliveworkers", 0) >= 400 * number, 60)
        before = _break_session(cluster, leader)
        moved += cluster.ensemble.servers_of(leader.pid) != before
    check(moved > 0, f"{leader.name} came back to the server that it had each time: nothing has moved")
    ready = crowd.wait_for("ready", seconds=120)
    check(ready["lost"] == 0 and ready["master"] == f"{leader.host}:{leader.port}", f"the workers noticed something: {ready}")
    _same_leader(cluster, leader, epoch, "its session has moved")
    lost = cluster.workers_without_record()
    check(not lost, f"{len(lost)} of 3,000 workers were acknowledged and have no record, such as {lost[:3]}")
    crowd.check_well()
