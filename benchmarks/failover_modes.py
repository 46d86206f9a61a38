"""The modes of failover.py: each breaks something many times in a cluster of its own and returns what was seen. Numbers are in ms.

A round is: break the leader, take the time until another master answers ALIVE and has everything back (stopwatch.py), read the
new leader's flight record, mend what was broken, wait until three masters are in. A round in which an executor changed its process
fails the run instead of giving a figure.
"""

import json
import os
import shutil
import socket
import sys
import time

from cluster import SPARKS_OWN_MASTER
from crowd import LOAD, events
from ha_cluster import HaCluster
from harness import REPOSITORY, Failure, Lab, check, wait_for
from scene import Work
from stopwatch import Stopwatch, everything_back
from zkclient import Client

FOLDER = REPOSITORY / "build" / "bench" / ("failover-spark" if SPARKS_OWN_MASTER else "failover")
WORKERS = 3
SETTLE_SECONDS = 0.5
# A master that is deposed twice within a minute stands behind the others; with three in turn that is every 20 s.
BETWEEN_FREEZES = 22
FLOOR_WRITES, FLOOR_KILLS = 300, 10
NEWCOMERS_WORKERS = 100
REGISTER_WORKERS = 10000
REGISTER_WINDOWS = 256, 1024  # how many registrations are under way at once
CROWD_OF_ONE = 4000  # simulated workers of one generator: three connections each, 20,000 descriptors at most


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Stage:
    """A cluster with an application at work, for one mode."""

    def __init__(self, name, chosen, spark, workers=WORKERS, settings=None):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        self.lab, self.name, self.work = Lab(FOLDER / name), name, None
        try:
            self.cluster = HaCluster(self.lab, spark, session=chosen.session, settings=settings)
            self.cluster.watch.stop()  # its threads would take time from the clock
            for _ in range(workers):
                self.cluster.add_worker()
            if workers:
                self.cluster.wait_for_workers()
                self.work = Work(self.cluster, spark, cores=workers, conf={"spark.executor.memory": "512m"}).begin()
        except BaseException:
            self.lab.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lab.end()

    def round(self, fault, mend):
        """{"alive", "whole", "phases", "cause"} of one failover."""
        cluster = self.cluster
        old = cluster.leader()
        stopwatch = Stopwatch([master for master in cluster.masters if master is not old])
        time.sleep(SETTLE_SECONDS)
        begun = time.monotonic()
        fault(old)
        timing = stopwatch.run(begun, everything_back(WORKERS, [self.work.app]))
        stopwatch.close()
        record = max(timing.master.state().get("failovers", []), key=lambda one: one["epoch"], default={})
        mend(old)
        cluster.wait_until_one_leads(90)
        self.work.check_unharmed()
        return {"alive": timing.alive * 1000, "whole": timing.whole * 1000, "phases": record.get("phases_ms", {}),
                "cause": record.get("cause", "")}

    def rounds(self, count, fault, mend):
        found = []
        for number in range(count):
            one = self.round(fault, mend)
            found.append(one)
            progress(f"  {self.name} {number + 1}/{count}: ALIVE {one['alive']:.1f} ms, "
                     f"all back {one['whole']:.1f} ms {one['cause']}")
        self.work.progress(1)
        self.work.finish()
        return found

    def epoch(self):
        return self.cluster.state().get("epoch"), self.cluster.leader().name


def kill(chosen, spark):
    with Stage("kill", chosen, spark) as stage:
        return stage.rounds(chosen.kills, lambda old: old.kill(), lambda old: old.start())


def freeze(chosen, spark):
    def thaw(old):
        time.sleep(1)
        old.thaw()
        time.sleep(BETWEEN_FREEZES)
    with Stage("freeze", chosen, spark) as stage:
        return stage.rounds(chosen.freezes, lambda old: old.freeze(), thaw)


def roll(chosen, spark):
    """The clock starts with the signal, not with the process's end: os.kill alone, the rest is waited for in mend."""
    def restart(old):
        old.process.wait(10, expect=143 if SPARKS_OWN_MASTER else 0)
        old.start()
    with Stage("roll", chosen, spark) as stage:
        return stage.rounds(chosen.rolls, lambda old: old.process.kill(15), restart)


def zookeeper_server(chosen, spark):
    """The leader's own ZooKeeper server is killed: how often does somebody else lead after longer than a session?"""
    with Stage("zk", chosen, spark) as stage:
        failovers, cluster = 0, stage.cluster
        for number in range(chosen.zk_kills):
            before = stage.epoch()
            server = cluster.ensemble.servers_of(cluster.leader().pid)[0]
            server.kill()
            time.sleep(8)
            cluster.wait_until_one_leads(90)
            failovers += stage.epoch() != before
            server.start()
            cluster.ensemble.wait_until_serving()
            progress(f"  zk {number + 1}/{chosen.zk_kills}: {failovers} failovers")
        stage.work.finish()
    return {"kills": chosen.zk_kills, "failovers": failovers}


def idle(chosen, spark):
    """Nothing is broken, but four busy loops want both cores: a failover here is a false one."""
    with Stage("idle", chosen, spark) as stage:
        before, loops = stage.epoch(), os.environ | {}
        for number in range(4):
            stage.lab.start(f"busy-{number + 1}", [sys.executable, "-c", "while True: pass"], loops)
        end, failovers = time.monotonic() + chosen.idle, 0
        while time.monotonic() < end:
            time.sleep(min(10.0, max(0.0, end - time.monotonic())))
            now = stage.epoch()
            failovers += now != before
            before = now
        stage.work.finish()
    return {"seconds": chosen.idle, "failovers": failovers}


def simulated(chosen, spark):
    """{number of workers: [{"alive", "first_told", "all_told", "phases"}]}"""
    return {str(count): _crowd(chosen, spark, count, chosen.simulated_kills) for count in chosen.simulated}


def newcomer(chosen, spark):
    """[{"first_added", …}]: an application that comes while nobody leads, until it has its first executor."""
    return _crowd(chosen, spark, NEWCOMERS_WORKERS, chosen.newcomers, "--newcomers")


def _crowd(chosen, spark, count, kills, *more):
    check(LOAD.exists(), f"{LOAD} is not there; run: make bench-failover")
    with Stage("-".join(["simulated", str(count), *more]).replace("---", "-"), chosen, spark, workers=0) as stage:
        cluster = stage.cluster
        leader = cluster.wait_until_one_leads(60)
        masters = ",".join(f"{m.host}:{m.port}" for m in [leader, *(m for m in cluster.masters if m is not leader)])
        shares = [min(CROWD_OF_ONE, count - first) for first in range(0, count, CROWD_OF_ONE)]
        crowd = [stage.lab.start(f"load-{n + 1}", [LOAD, "failover", "--master", masters, "--workers", share, "--first",
                                                   n * CROWD_OF_ONE, "--spark", spark.release, "--timeout", 3600, *more],
                                 os.environ | {}) for n, share in enumerate(shares)]
        for one in crowd:
            wait_for(f"{one.name} to have registered its workers", lambda one=one: events(one, "ready"), 180,
                     [one, cluster.master])
        found = []
        for number in range(kills):
            found.append(_crowd_round(cluster, crowd, number))
            added = f", a newcomer's first executor after {found[-1]['first_added']:.1f} ms" if more else ""
            progress(f"  {count} workers {number + 1}/{kills}: all told after {found[-1]['all_told']:.1f} ms{added}")
        return found


def _crowd_round(cluster, crowd, number):
    old = cluster.wait_until_one_leads(90)
    stopwatch = Stopwatch([master for master in cluster.masters if master is not old])
    time.sleep(SETTLE_SECONDS)
    begun = time.monotonic()
    old.kill()
    timing = stopwatch.run(begun)
    stopwatch.close()
    for one in crowd:
        wait_for(f"{one.name} to follow the new leader", lambda one=one: len(events(one, "failover")) > number, 120,
                 [one, timing.master.process])
    seen = [events(one, "failover")[number] for one in crowd]
    if any(one["master"] != f"{timing.master.host}:{timing.master.port}" for one in seen):
        raise Failure(f"workers follow {[one['master'] for one in seen]}, but {timing.master.name} leads")
    total = sum(one["workers"] for one in seen)
    wait_for(f"{total:.0f} workers ALIVE at {timing.master.name}",
             lambda: (timing.master.state(20) or {}).get("aliveworkers") == total, 120, [timing.master.process], every=0.5)
    record = max(timing.master.state(20).get("failovers", []), key=lambda one: one["epoch"], default={})
    old.start()
    old.wait_until_up()
    time.sleep(3)  # a standby has to follow the state of so many before the next one dies
    return {"alive": timing.alive * 1000, "first_told": (min(one["first_followed_at_s"] for one in seen) - begun) * 1000,
            "all_told": (max(one["last_followed_at_s"] for one in seen) - begun) * 1000, "phases": record.get("phases_ms", {}),
            "first_added": (seen[0].get("newcomer_added_at_s", 0) - begun) * 1000}


def fresh(chosen, spark):
    """{"with": [...], "without": [...]}: the first failover of new clusters, with and without a rehearsal, in turn."""
    found = {"with": [], "without": []}
    for number in range(chosen.fresh):
        for name, value in (("with", "true"), ("without", "false"))[::1 if number % 2 else -1]:
            with Stage(f"fresh-{name}", chosen, spark, settings={"pilotlight.failover.rehearsal": value}) as stage:
                time.sleep(2)  # rehearsals come a second after a registration
                found[name] += stage.rounds(1, lambda old: old.kill(), lambda old: old.start())
    return found


def floor(chosen, spark):
    """What no failover here can be quicker than: {"write": [ms of one write to this ensemble while nothing else happens, ...],
    "closed": [ms from `kill -9` of a master to the end of a connection to it, ...]}."""
    with Stage("floor", chosen, spark, workers=0) as stage, Client(stage.cluster.connect) as client:
        client.create("/floor")
        times = []
        for number in range(FLOOR_WRITES):
            begun = time.monotonic()
            client.set("/floor", f"{number}".encode("ascii") * 100)
            times.append((time.monotonic() - begun) * 1000)
            time.sleep(0.01)
        return {"write": times, "closed": [_closed(stage.cluster.wait_until_one_leads(60)) for _ in range(FLOOR_KILLS)]}


def _closed(master):
    with socket.create_connection((master.host, master.port), timeout=10) as connection:
        time.sleep(0.2)
        begun = time.monotonic()
        os.kill(master.pid, 9)
        try:
            connection.recv(1)
        except ConnectionError:
            pass
        closed = (time.monotonic() - begun) * 1000
    master.kill()  # waits for its end
    master.start()
    return closed


def register(chosen, spark):
    """{window: [{"per_second", "p50", "p99", "cpu_us"}]}: registrations that are fenced and durable on three servers."""
    check(LOAD.exists(), f"{LOAD} is not there; run: make bench-failover")
    return {str(window): [_register(chosen, spark, window) for _ in range(chosen.register_rounds)] for window in REGISTER_WINDOWS}


def _register(chosen, spark, window):
    with Stage("register", chosen, spark, workers=0) as stage:
        leader = stage.cluster.wait_until_one_leads(60)
        load = stage.lab.start("load", [LOAD, "register", "--master", f"{leader.host}:{leader.port}", "--workers", REGISTER_WORKERS,
                                        "--warm-up", REGISTER_WORKERS // 10, "--window", window, "--pid", leader.pid,
                                        "--spark", spark.release], os.environ | {})
        load.wait(120)
        line = json.loads(load.text().splitlines()[-1])
        found = {"per_second": line["per_second"], "p50": line["answer_p50_ms"], "p99": line["answer_p99_ms"],
                 "cpu_us": line["master_cpu_counted_s"] / line["counted"] * 1e6}
        progress(f"  {window} under way: {found['per_second']:.0f} registrations/s, answered after {found['p50']:.1f} ms")
        return found


MODES = {"floor": floor, "kill": kill, "fresh": fresh, "freeze": freeze, "roll": roll, "zk-server": zookeeper_server, "idle": idle,
         "register": register, "newcomer": newcomer, "simulated": simulated}
