"""Three masters and ZooKeeper, all well: every way to find them, every format, hand-overs, drivers."""

import json
import signal

from ha_cluster import DIRECTORY
from harness import PATIENCE, check
from pilot import in_terminal, pilot, start, width
from promtool import check_metrics
from stage import case, nobody


def _others(cluster):
    leader = cluster.leader()
    return [master for master in cluster.masters if master is not leader]


@case
def metrics_of_leader_and_standbys_are_clean(stage):
    for master in stage.cluster().masters:
        check_metrics(master.url.removeprefix("spark://"))


@case
def any_member_or_zookeeper_is_enough(stage):
    cluster = stage.cluster()
    leader = cluster.leader()
    url = rf"\A{leader.url}\n\Z"
    for master in cluster.masters:
        pilot("leader", "--master", master.url).expect(0, out=url, within=0.5)
    pilot("leader", "--master", f"spark://{nobody()},,{_others(cluster)[0].url},").expect(0, out=url, within=0.5)
    pilot("leader", "--master", f"zk://{cluster.connect}{DIRECTORY}").expect(0, out=url, within=2)
    pilot("leader", "--master", f"zk://{cluster.connect}/no/such/folder").expect(4, err="no master has ever been elected", within=2)
    file = stage.folder / "ha.conf"
    file.write_text(f"spark.deploy.recoveryMode ZOOKEEPER\nspark.deploy.zookeeper.url {cluster.connect}\n"
                    f"spark.deploy.zookeeper.dir {DIRECTORY}\n", encoding="ascii")
    pilot("leader", "--properties-file", file).expect(0, out=url, within=2)


@case
def status_in_each_format(stage):
    cluster = stage.cluster()
    leader, where = cluster.leader(), ["--master", cluster.url]
    screen = pilot("status", *where).expect(0, out=f"^{leader.url} leads, epoch ")
    for master in cluster.masters:
        check(f"{master.host}:{master.port}" in screen.out, f"{master.name} is missing\n{screen}")
    check(screen.out.count("standby") == 2, f"two standbys\n{screen}")
    document = json.loads(pilot("status", "-o", "json", *where).expect(0).out)
    check(document["leader"]["url"] == leader.url and len(document["members"]) == 3, f"the whole document: {document}")
    exported = json.loads(pilot("state", "export", *where).expect(0).out)
    check(exported.keys() == document.keys() and exported["epoch"] == document["epoch"], f"not the same: {exported}")
    pilot("status", "-o", "yaml", *where).expect(0, out=f'^leader:\n  url: "{leader.url}"$')
    pilot("status", "-o", "tsv", *where).expect(0, out=f"^leader\t{leader.url}$")
    pilot("status", "-o", "name", *where).expect(0, out=rf"\A{leader.url}\n\Z")
    failovers = json.loads(pilot("failovers", "--json", *where).expect(0).out)
    check(failovers[-1]["leader"] == leader.url, f"the last failover: {failovers}")
    pilot("failovers", *where).expect(0, out="^EPOCH +AT +CAUSE")


@case
def status_in_a_terminal(stage):
    cluster = stage.cluster()
    for columns in (80, 120):
        screen = in_terminal("status", "--master", cluster.url, columns=columns).expect(0)
        check(max(map(width, screen.out.splitlines())) <= columns, f"wider than {columns} columns\n{screen}")
    watched = in_terminal("status", "--watch=100ms", "--master", cluster.url, until="\x1b[J")
    check(watched.code == -signal.SIGINT and "\x1b[H" in watched.out, f"Ctrl-C ends a watch\n{watched}")


@case
def watch_in_a_pipe_is_one_document_a_line(stage):
    process = start("status", "-o", "json", "--watch=100ms", "--master", stage.cluster().url)
    try:
        lines = [process.stdout.readline() for _ in range(3)]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    moments = [json.loads(line)["observed"] for line in lines]
    check(moments == sorted(set(moments)), f"three moments: {moments}")


@case
def status_is_quick(stage):
    where = ["--master", stage.cluster().url]
    pilot("status", *where).expect(0)
    # The best of many: what a crowded machine adds is not the command's.
    seconds = min(pilot("status", *where).expect(0).seconds for _ in range(30))
    check(seconds <= 0.050 * PATIENCE, f"the quickest of 30 runs took {seconds:.3f} s")


@case
def health_by_role(stage):
    cluster = stage.cluster()
    leader, standby = cluster.leader(), _others(cluster)[0]
    for master, role, code in ((leader, "leader", 0), (leader, "standby", 1), (standby, "standby", 0), (standby, "leader", 1),
                               (leader, "any", 0), (standby, "any", 0), (standby, "live", 0)):
        pilot("health", "--master", master.url, "--role", role).expect(code, within=1)
    pilot("health", "--master", standby.url, "--role", "leader", "--exit-style", "lsb").expect(150)
    pilot("health", "--master", cluster.url).expect(0, out="3 of 3 masters answer")
    pilot("health", "--master", cluster.url, "--role", "leader").expect(0)
    pilot("health", "--master", f"{cluster.url},{nobody()}", "--exit-style", "nagios").expect(1, out="^PILOTLIGHT WARNING - 3 of 4")


@case
def leadership_is_handed_over(stage):
    cluster = stage.cluster()
    old, wanted = cluster.leader(), _others(cluster)[1]
    pilot("transfer-leadership", "--to", "nobody:7077", "--master", cluster.url).expect(3, err="none of the masters")
    pilot("transfer-leadership", "--to", old.url, "--master", cluster.url).expect(0, err="leads already")
    epoch = json.loads(pilot("state", "export", "--master", cluster.url).expect(0).out)["epoch"]
    moved = json.loads(pilot("transfer-leadership", "--to", f"{wanted.host}:{wanted.port}", "-o", "json", "--master",
                             cluster.url).expect(0).out)
    check(moved["from"] == old.url and moved["to"] == wanted.url and moved["epoch"] > epoch and 0 < moved["ms"] < 2000,
          f"who handed over to whom: {moved}")
    check(cluster.wait_until_one_leads() is wanted, "somebody else leads")
    pilot("transfer-leadership", "--master", old.url).expect(0, out="^FROM +TO +EPOCH +AFTER")
    cluster.wait_until_one_leads()


@case
def a_driver_of_spark_submit_is_killed(stage):
    cluster = stage.cluster()
    driver = cluster.submit_driver("TestDriver", "rounds", "1", "1", "/none", wait=120)  # it waits: there is no worker
    where = ["--master", cluster.url]
    pilot("drivers", "-o", "name", *where).expect(0, out=f"^{driver}$")
    pilot("status", *where).expect(5, out="1 waiting").expect(5, out="PL202")
    pilot("wait", f"driver={driver}", "--timeout", "300ms", *where).expect(124)
    pilot("kill", "driver", driver, "--master", _others(cluster)[0].url).expect(0, out=driver)
    pilot("wait", f"driver={driver}", *where).expect(1, out=f"^{driver} KILLED$")
    pilot("drivers", "--all", *where).expect(0, out=f"^{driver} +KILLED")
