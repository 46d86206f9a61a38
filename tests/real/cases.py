"""The table of real tests: `@case` puts a function into it, run.py runs it.

A case takes a Scene. `scene.cluster()` is a cluster of two workers that cases share, one after the other; a case must leave it
idle. `scene.own_cluster()` is for cases that break something. When a case fails, the shared cluster is thrown away.
"""

import signal

from cluster import SPARKS_OWN_MASTER, Cluster, check_log
from harness import Failure, Lab, check

CASES = []


class Case:
    def __init__(self, function, parts, pair, ours, since):
        self.function, self.parts, self.pair, self.ours, self.since = function, parts, pair, ours or bool(pair), since
        self.name = function.__name__


def case(*parts, pair=None, ours=False, since="3.3"):
    """Registers a test. It belongs to the part `full`, and to `parts` ("short", "smoke") as well. With `pair` it is run once,
    not per release: `pair(releases)` names the two releases that it takes. What `ours` says is asked of Pilotlight only, since
    Spark's own Master cannot do it; what came with a line of Spark is not asked of those before it (`since`)."""
    def register(function):
        CASES.append(Case(function, {"full", *parts}, pair, ours, since))
        return function
    return register


def numbers(release):
    """A release as something that can be compared."""
    return [int(number) for number in release.split(".")]


class Scene:
    """What the cases of one Spark release (or pair of releases) play in."""

    def __init__(self, sparks, folder):
        self.sparks, self.folder = sparks, folder
        self.spark = sparks[0]
        self.labs = []
        self.bad_stops = []
        self._shared = None
        self._names = set()

    def cluster(self):
        if self._shared is None:
            self._shared = self.own_cluster("shared")
        return self._shared

    def own_cluster(self, name="own", workers=2, prepare=None, **options):
        """A master and its workers, registered. `name` is a folder; `prepare(lab)` is called before anything starts; `options`
        go to add_worker."""
        while name in self._names:
            name += "-again"
        self._names.add(name)
        lab = Lab(self.folder / name)
        self.labs.append(lab)
        if prepare:
            prepare(lab)
        cluster = Cluster(lab, self.spark)
        for _ in range(workers):
            cluster.add_worker(**options)
        cluster.wait_for_workers()
        return cluster

    def after_case(self, failed):
        """Ends what the case started; keeps the shared cluster only if all is well."""
        for lab in list(self.labs):
            shared = self._shared is not None and lab is self._shared.lab
            if shared and not failed:
                continue
            self._stop_masters(lab)
            lab.end()
            self.labs.remove(lab)
            if shared:
                self._shared = None

    def end(self):
        self.after_case(failed=True)

    def check_stops(self):
        """Every master of ours that was stopped by SIGTERM said goodbye: status 0, soon, and nothing leaked."""
        check(not self.bad_stops, "\n".join(self.bad_stops))

    def _stop_masters(self, lab):
        for process in lab.processes:
            if process.name.startswith("master-") and process.running() and not SPARKS_OWN_MASTER:
                try:
                    process.kill(signal.SIGTERM)
                    process.wait(2)
                    check_log(process)
                except Failure as failure:
                    self.bad_stops.append(f"{failure} after SIGTERM; log {process.log}")
