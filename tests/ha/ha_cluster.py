"""A real cluster with several masters and an ensemble: 3 ZooKeeper servers, 3 masters, unmodified workers and jobs, on loopback.

Masters are Pilotlight's or, with MASTER=spark, Spark's own with recoveryMode ZOOKEEPER: the harness asks both the same questions
over /json/. A HaCluster is a Cluster of tests/real in which "the master" is whoever leads.
"""

import os
import signal

from cluster import BINARY, SMALL_JVM, SPARKS_OWN_MASTER, Cluster, check_log
from harness import Failure, Process, check, free_port, wait_for
from watch import Watch, ask
from zookeeper import Ensemble

DIRECTORY = "/spark"
# Spark's Master asks ZooKeeper for 60 s and is granted 20 ticks; a failover takes that and its own start-up.
FAILOVER_LIMIT = 60 if SPARKS_OWN_MASTER else 15


class Master:
    """One master of several: a place (host, ports) and, while it lives, a process."""

    def __init__(self, cluster, number, host="127.0.0.1", place=(None, None), jvm=SPARKS_OWN_MASTER):
        self.jvm = jvm  # Spark's own
        self.cluster, self.number, self.host, self.name = cluster, number, host, f"master-{number}"
        self.port, self.web_port = map(free_port, place)
        self.lives, self.process = 0, None
        self.prefix = []  # words before the command: where it runs, when not just here

    @property
    def url(self):
        return f"spark://{self.host}:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def start(self):
        self.lives += 1
        self.process = self.cluster.lab.start(f"{self.name}.{self.lives}", *self._command())

    def _command(self):
        cluster = self.cluster
        options = {"spark.deploy.recoveryMode": "ZOOKEEPER", "spark.deploy.zookeeper.url": cluster.connect,
                   "spark.deploy.zookeeper.dir": DIRECTORY} | cluster.settings
        words = ["--host", self.host, "--port", self.port, "--webui-port", self.web_port]
        if self.jvm:
            java = " ".join(f"-D{name}={value}" for name, value in options.items() if not name.startswith("pilotlight."))
            return ([*self.prefix, cluster.spark.tool("spark-class"), "org.apache.spark.deploy.master.Master", *words],
                    cluster.spark.environment(SPARK_MASTER_OPTS=java, SPARK_DAEMON_JAVA_OPTS=SMALL_JVM, SPARK_LOCAL_IP=self.host))
        check(BINARY.exists(), f"{BINARY} is not there; run: make build")
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
        return [*self.prefix, BINARY, "master", *words, *flags], environment | {"SPARK_LOCAL_IP": self.host}

    def running(self):
        return self.process is not None and self.process.running()

    def state(self, seconds=2):
        """What /json/ says; None when nobody answers in time."""
        return ask(self.host, self.web_port, seconds) if self.running() else None

    def status(self, seconds=2):
        return (self.state(seconds) or {}).get("status")

    def kill(self):
        self.process.kill(signal.SIGKILL)

    def freeze(self):
        self.process.kill(signal.SIGSTOP)

    def thaw(self):
        self.process.kill(signal.SIGCONT)

    def terminate(self, seconds=10):
        """SIGTERM; Pilotlight hands over and ends with 0, a JVM with 143."""
        self.process.kill(signal.SIGTERM)
        self.process.wait(seconds, expect=143 if self.jvm else 0)

    def wait_until_up(self, seconds=40):
        wait_for(f"{self.name} to answer", lambda: self.status() is not None, seconds, [self.process], every=0.01)


class _Masters:
    """Stands for the masters where a wait needs "the master": it has ended only when all of them have."""
    name = "every master"

    def __init__(self, masters):
        self._masters = masters

    def running(self):
        return any(master.running() for master in self._masters)

    def status(self):
        return [master.process.status() for master in self._masters if master.process]


class HaCluster(Cluster):
    """`masters` of them, started; the first leader is there when the constructor returns. `tick_ms` is ZooKeeper's; `session` the
    masters' session timeout, which Spark's own Master does not know; `places` are the ports (RPC, web) that are liked best."""

    def __init__(self, lab, spark, masters=3, servers=3, tick_ms=500, session="6s", settings=None, ensemble=None,
                 places=((None, None),) * 9):
        # Not Cluster's own constructor, which starts one master with FILESYSTEM recovery.
        self.lab, self.spark, self.workers, self._count = lab, spark, [], 0
        self.strangers = []  # ZooKeeper sessions in which a test itself writes records
        self.ensemble = ensemble or Ensemble(lab, servers, tick_ms)
        self.connect = self.ensemble.connect
        self.settings = {"pilotlight.zookeeper.sessionTimeout": session} | (settings or {})
        self.masters = [Master(self, number, place=places[number - 1]) for number in range(1, masters + 1)]
        self.master = _Masters(self.masters)
        self.watch = Watch(self.masters)
        for master in self.masters:
            master.start()
        if masters:
            self.wait_for_leader(90)

    @property
    def url(self):
        """The list that workers and drivers are given."""
        return "spark://" + ",".join(f"{master.host}:{master.port}" for master in self.masters)

    def add_master(self, start=True, jvm=SPARKS_OWN_MASTER):
        master = Master(self, len(self.masters) + 1, jvm=jvm)
        self.masters.append(master)
        self.watch.add(master)
        if start:
            master.start()
        return master

    # --- who leads

    def leaders(self):
        return [master for master in self.masters if master.status() == "ALIVE"]

    def leader(self, optional=False):
        found = self.leaders()
        if len(found) == 1 or (optional and not found):
            return found[0] if found else None
        raise Failure(f"{len(found)} masters say that they are ALIVE: {' '.join(master.name for master in found) or 'none'}")

    def wait_for_leader(self, seconds=FAILOVER_LIMIT, other_than=()):
        """The one master that is ALIVE and none of `other_than`."""
        candidates = [master for master in self.masters if master not in other_than]
        return wait_for("a master to be ALIVE", lambda: next((m for m in candidates if m.status(1) == "ALIVE"), None), seconds,
                        [self.master], every=0.01)

    def standbys(self):
        return [master for master in self.masters if master.status() == "STANDBY"]

    def wait_until_one_leads(self, seconds=FAILOVER_LIMIT):
        """All masters that run answer, one is ALIVE, the others STANDBY. The leader."""
        def settled():
            running = [master for master in self.masters if master.running()]
            states = [master.status() for master in running]
            return states.count("ALIVE") == 1 and states.count("STANDBY") == len(states) - 1 and self.all_in(running)
        wait_for("one master to be ALIVE and all others STANDBY", settled, seconds, [self.master])
        return self.leader()

    def all_in(self, running):
        """Whether the leader counts them all: each is heard, has a vote, and holds all records. (Spark's own masters do not say.)"""
        members = (self.state(optional=True) or {}).get("masters")
        if members is None:
            return any(master.jvm for master in running)
        ready = sum(one["linked"] == "yes" and one["voter"] == "yes" and one["mirror"] == "complete" for one in members)
        return ready == sum(not master.jvm for master in running)

    def state(self, optional=False, port=None):
        """What the leader's /json/ says. A failover in between is waited for."""
        def leading():
            return next((state for master in self.masters if (state := master.state()) and state["status"] == "ALIVE"), None)
        return leading() if optional else wait_for("a leader to answer", leading, FAILOVER_LIMIT, [self.master])

    def failovers(self):
        """The flight records that the leader shows, oldest first; none of Spark's own Master."""
        return sorted(self.state().get("failovers", []), key=lambda one: one["epoch"])

    # --- checks

    def check_master(self):
        for process in self.lab.processes:
            if isinstance(process, Process) and process.name.startswith("master-"):
                check_log(process)

    def wait_until_whole(self, seconds=FAILOVER_LIMIT, app=None):
        """One leader, which has every living worker ALIVE and, if one is named, the application RUNNING."""
        leader = self.wait_until_one_leads(seconds)
        living = [worker for worker in self.workers if worker.process.running()]

        def whole():
            state = self.state(optional=True)
            ports = {row["port"] for row in state["workers"] if row["state"] == "ALIVE"} if state else set()
            apps = {row["id"] for row in state["activeapps"] if row["state"] == "RUNNING"} if state else set()
            return ports == {worker.port() for worker in living} and (app is None or app in apps)
        wait_for(f"{len(living)} workers" + (f" and {app}" if app else "") + " at the leader", whole, seconds, [self.master])
        return leader

    def workers_without_record(self):
        """Ids of workers that are ALIVE at the leader and not in ZooKeeper: the next failover would lose them."""
        from zkclient import Client  # pylint: disable=import-outside-toplevel  only this needs a session
        with Client(self.connect) as client:
            records = "\n".join(client.walk(DIRECTORY))
        return [row["id"] for row in self.state()["workers"] if row["state"] == "ALIVE" and row["id"] not in records]

    def end(self):
        """What is left to undo when the lab's processes have ended: nothing here, network namespaces in network.py."""
