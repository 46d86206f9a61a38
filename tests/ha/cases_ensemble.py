"""ZooKeeper is in trouble: a server, its leader, all of it, or what stands in it."""

import time

from cluster import SPARKS_OWN_MASTER
from ha_cluster import DIRECTORY
from harness import check, wait_for
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
