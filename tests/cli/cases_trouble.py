"""Three masters, and something breaks: what a command that is asked at that very moment says."""

import json
import re

from harness import check, wait_for
from pilot import pilot
from stage import case


def _epoch(where):
    return json.loads(pilot("state", "export", "--master", where).expect(0).out)["epoch"]


@case
def during_a_failover_the_next_leader_is_named(stage):
    cluster = stage.cluster()
    old, epoch = cluster.leader(), _epoch(cluster.url)
    old.kill()
    outcome = pilot("leader", "--master", cluster.url).expect(0, within=1.3)
    check(outcome.out.strip() != old.url, f"the dead leader is named\n{outcome}")
    check(_epoch(cluster.url) > epoch, "the epoch has not grown")
    pilot("health", "--master", old.url).expect(1, out="refuses connections")
    old.start()
    cluster.wait_until_one_leads()


@case
def a_frozen_leader_costs_a_second_at_most(stage):
    cluster = stage.cluster()
    old = cluster.leader()
    old.freeze()
    try:
        outcome = pilot("leader", "--master", cluster.url).expect(0, within=1.5)
        check(outcome.out.strip() != old.url, f"the frozen leader is named\n{outcome}")
        outcome = pilot("status", "--master", cluster.url)
        check(f"{old.url} leads" not in outcome.out, f"the frozen leader is named\n{outcome}")
        pilot("health", "--master", old.url, "--timeout", "400ms").expect(1, out="does not answer", within=1)
        pilot("status", "--master", old.url).expect(4, err="frozen or cut off", within=1.5)
    finally:
        old.thaw()
    cluster.wait_until_one_leads()


@case
def only_a_standby_is_left(stage):
    cluster = stage.cluster()
    leader = cluster.leader()
    last = next(master for master in cluster.masters if master is not leader)
    gone = [master for master in cluster.masters if master is not last]
    for master in gone:
        master.freeze()
    try:
        # Nobody may depose the leader before its session ends: one standby of three is no majority.
        outcome = pilot("status", "--master", last.url).expect(4, err="nobody (serves|leads)", within=1.5)
        check(re.search("Nobody leads|led last and does not serve", outcome.out) and "standby" in outcome.out, f"what the standby knows\n{outcome}")
        pilot("leader", "--master", last.url).expect(4, within=1.5)
        pilot("health", "--master", last.url, "--role", "standby").expect(0)
        pilot("kill", "app", "app-1", "--master", last.url).expect(4, within=1.5)
        pilot("wait", "leader", "--timeout", "30s", "--master", last.url).expect(0, out=f"^{last.url}$")
    finally:
        for master in gone:
            master.thaw()
    cluster.wait_until_one_leads(30)


@case
def without_zookeeper_the_masters_still_answer(stage):
    cluster = stage.cluster()
    server = cluster.ensemble.servers[0]
    server.freeze()
    try:
        wait_for("a finding about ZooKeeper", lambda: "PL10" in pilot("status", "--master", cluster.url).out, 15)
        outcome = pilot("status", "--master", cluster.url)
        check(outcome.code in (0, 4, 5), f"answered, whoever leads\n{outcome}")
        pilot("leader", "--master", f"zk://{cluster.connect}/spark").expect(4, err="ZooKeeper", within=4)
    finally:
        server.thaw()
    cluster.wait_until_one_leads(30)
