"""The tools of these tests, tested: what never complains proves nothing."""

import fencing
from harness import Lab, check, wait_for
from scene import case
from txnlog import Operation, Transaction, history
from watch import Span, Watch
from zkclient import Client
from zookeeper import Ensemble

EPOCH, RECORD = "/spark/pilotlight/epoch", "/spark/pilotlight/records/worker/w1"


def _claim(number, leader, version):
    what = "set" if version else "create"
    return [Operation(what, EPOCH, b'{"epoch": %d, "leader": "%s"}' % (number, leader), version)]


def _write(version, what="set"):
    return [Operation("check", EPOCH, b"", version + 1), Operation(what, RECORD, b"{}", 1)]


def _violations(*steps):
    """steps: (session, operations)"""
    return fencing.violations([Transaction(0x100000001 + n, session, 0, len(operations) > 1, operations)
                               for n, (session, operations) in enumerate(steps)])


@case("short", ours=True)
def fencing_check_finds_what_it_is_for(_scene):
    good = [(1, _claim(1, b"a", 0)), (1, _write(0, "create")), (2, _claim(2, b"b", 1)), (2, _write(1))]
    check(not _violations(*good), f"a good history is refused: {_violations(*good)}")
    check(_violations(*good, (2, [Operation("set", RECORD, b"{}", 2)])), "a write without a check is not found")
    check(_violations(*good, (2, _write(0))), "a check of another version is not found")
    check(_violations(*good, (1, _write(1))), "a write of the deposed session is not found")
    check(_violations(*good, (2, list(reversed(_write(1))))), "a check that is not the first operation is not found")
    check(_violations(*good, (3, _claim(1, b"c", 2))), "an epoch that falls is not found")
    jvm = (9, [Operation("create", "/spark/leader_election/_c_1-latch-0000000001")])
    ours = (1, [Operation("create", "/spark/leader_election/_c_2-latch-0000000002", b"{}")])
    check(_violations(jvm, ours, *good), "a write while Spark's own master is first is not found")
    check(not _violations(jvm, ours, (9, [Operation("close")]), *good), "a write after Spark's own master has gone is refused")
    failed = (1, [Operation("error"), Operation("error")])
    check(not _violations(*good, failed), "a refused transaction is taken for a write")


@case("short", ours=True)
def watch_finds_two_leaders(_scene):
    watch = Watch([])
    watch.spans = {"a": [Span("a", "ALIVE", 0, 10)], "b": [Span("b", "STANDBY", 0, 9.9), Span("b", "ALIVE", 10.1, 20)]}
    check(not watch.two_leaders(), f"one leader after another is taken for two: {watch.two_leaders()}")
    watch.spans["a"][0].last = 12
    check(watch.two_leaders(), "two leaders at once are not found")


@case("short", ours=True)
def ensemble_survives_its_leader_and_its_log_is_read(scene):
    lab = Lab(scene.folder / "ensemble")
    try:
        ensemble = Ensemble(lab)
        with Client(ensemble.connect) as client:
            client.create("/a", b"first")
        leader = ensemble.leader()
        leader.kill()
        wait_for("another ZooKeeper server to lead", lambda: any(s.mode() == "leader" for s in ensemble.servers), 20)
        with Client(ensemble.connect) as client:
            client.set("/a", b"second")
            check(client.get("/a") == b"second" and client.version("/a") == 1, "the second write is not there")
        ensemble.start()
        written = [(one.what, one.path, one.data) for t in history(ensemble.servers) for one in t.operations
                   if one.what != "close"]
        check(written == [("create", "/a", b"first"), ("set", "/a", b"second")], f"the log is read as {written}")
    finally:
        lab.end()
