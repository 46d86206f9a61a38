"""The table of HA tests and what they play in: `@case` puts a function into it, run.py runs it.

A case takes a Scene. `scene.cluster()` is shared by the cases of a stage, one after the other, and a case must leave it with all
masters up and no job; `scene.own_cluster()` is for cases that want other numbers or break more. After every case the masters'
logs, the watch and ZooKeeper's transaction log are looked at (Scene.verify), whatever the case itself was about.
"""

import fencing
import txnlog
from cluster import SPARKS_OWN_MASTER, app_of, rounds_of, wait_for_round
from ha_cluster import DIRECTORY, FAILOVER_LIMIT, HaCluster
from harness import Failure, Lab, check, wait_for

CASES = []


class Case:
    def __init__(self, function, parts, lines, ours, root):
        self.function, self.parts, self.lines, self.ours, self.root = function, {"full", *parts}, lines, ours, root
        self.name = function.__name__


def case(*parts, lines="newest", ours=False, root=False):
    """Registers a test for the part `full` and for `parts`. `lines`: played with all Spark releases in one cluster ("mixed"), once
    with "each", or once with the "newest". `ours`: asked of Pilotlight only. `root`: needs network namespaces."""
    def register(function):
        CASES.append(Case(function, parts, lines, ours, root))
        return function
    return register


class Work:
    """A client-mode job that works in rounds until it is told to stop, and must not notice anything."""

    def __init__(self, cluster, spark, cores=2, tasks=4, millis=150, conf=None):
        self.cluster, self.stop = cluster, cluster.path("stop")
        settings = {"spark.executor.cores": 1} | (conf or {})
        self.job = cluster.client_job("rounds.py", tasks, millis, self.stop, cores=cores, spark=spark, conf=settings)

    def begin(self):
        """Waits for its first round and remembers its executors."""
        wait_for_round(self.job, 1, 180)
        self.app = app_of(self.job)
        self.executors = self.cluster.executors(self.app)
        check(self.executors, f"{self.app} has no executor")
        return self

    def progress(self, rounds=2, seconds=60):
        wait_for_round(self.job, rounds_of(self.job)[-1][0] + rounds, seconds)

    def check_unharmed(self):
        now = self.cluster.executors(self.app)
        check(now == self.executors, f"executors of {self.app} before: {self.executors}, now: {now}")

    def finish(self, same_executors=True):
        """Ends well; unless told otherwise nobody but its first executors ever worked for it."""
        if same_executors:
            self.check_unharmed()
        self.stop.touch()
        self.job.wait(90)
        used = set(sum((executors for _, executors in rounds_of(self.job)), []))
        first = {executor for _, executor in self.executors}
        check(not same_executors or used <= first, f"tasks ran on executors {sorted(used)}, expected only {sorted(first)}")


class Scene:
    def __init__(self, sparks, folder):
        self.sparks, self.spark, self.folder = sparks, sparks[-1], folder
        self.clusters, self._shared, self._names = [], None, set()

    def cluster(self):
        if self._shared is None:
            self._shared = self.own_cluster("shared")
        return self._shared

    def own_cluster(self, name="own", workers=2, **options):
        """Masters, and for each Spark line of the stage that many workers, registered. `options` are HaCluster's."""
        while name in self._names:
            name += "-again"
        self._names.add(name)
        cluster = self.empty_cluster(name, **options)
        for spark in self.sparks:
            for _ in range(workers):
                cluster.add_worker(spark)
        cluster.wait_for_workers()
        return cluster

    def empty_cluster(self, name, **options):
        lab = Lab(self.folder / name)
        try:
            cluster = HaCluster(lab, self.spark, **options)
        except BaseException as trouble:
            tails = lab.tails()
            lab.end()
            raise Failure(f"{trouble}\n{tails}") if isinstance(trouble, Failure) else trouble
        self.clusters.append(cluster)
        return cluster

    def work(self, cluster, **options):
        """One job for each Spark line, all at work."""
        works = [Work(cluster, spark, **options) for spark in self.sparks]
        return [work.begin() for work in works]

    def verify(self, cluster):
        """What must be true after any case, with any master of ours."""
        cluster.check_master()
        if SPARKS_OWN_MASTER:
            return
        two = cluster.watch.two_leaders()
        check(not two, "two leaders at once: " + "; ".join(two[:3]))
        written = txnlog.history(cluster.ensemble.servers)
        wrong = fencing.violations(written, DIRECTORY, cluster.strangers)
        check(not wrong, f"{len(wrong)} writes in ZooKeeper's log are not fenced:\n" + "\n".join(wrong[:5]))
        check(fencing.count_of_writes(written, DIRECTORY) or not cluster.workers,
              f"ZooKeeper's log shows no write below {DIRECTORY}/pilotlight/records: nothing could be checked")

    def after_case(self, failed):
        """Ends what the case started; keeps the shared cluster only if all is well."""
        for cluster in list(self.clusters):
            if cluster is self._shared and not failed:
                continue
            cluster.watch.stop()
            cluster.lab.end()
            cluster.end()
            self.clusters.remove(cluster)
            if cluster is self._shared:
                self._shared = None

    def end(self):
        self.after_case(failed=True)


def fail_over(cluster, old, works, seconds=FAILOVER_LIMIT):
    """`old` is gone or stands still: another must lead and have everything back, and no job may have noticed. The new leader."""
    new = cluster.wait_for_leader(seconds, other_than=[old])
    for work in works:
        wait_for(f"{work.app} and all workers at {new.name}", lambda work=work: _has_all(cluster, new, work.app), seconds + 30,
                 [cluster.master, work.job])
        work.check_unharmed()
        work.progress()
    return new


def _has_all(cluster, master, app):
    state = master.state()
    if not state or state["status"] != "ALIVE":
        return False
    living = {worker.port() for worker in cluster.workers if worker.process.running()}
    apps = {row["id"] for row in state["activeapps"] if row["state"] == "RUNNING"}
    return living <= {row["port"] for row in state["workers"] if row["state"] == "ALIVE"} and app in apps
