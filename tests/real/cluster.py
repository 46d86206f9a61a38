"""A real Spark standalone cluster on 127.0.0.1: one master of ours (or Spark's own), unmodified workers, drivers, clients.

MASTER=spark puts Spark's own Master in Pilotlight's place, to tell a fault of the tests from a fault of ours.
PILOTLIGHT names the binary, build/pilotlight by default. Everything is started through Spark's own scripts, which set what the
launcher needs.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from harness import REPOSITORY, Failure, check, children_of, free_port, wait_for

SPARKS_OWN_MASTER = os.environ.get("MASTER") == "spark"
BINARY = Path(os.environ.get("PILOTLIGHT", REPOSITORY / "build" / "pilotlight")).resolve()
JOBS = Path(__file__).resolve().parent / "jobs"

# Many JVMs share few cores here: what makes each start quickly and stay small.
SMALL_JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
# What Spark 3's launcher gives to every JVM on Java 17, and its submit client forgets to give to a cluster-mode driver.
# Pilotlight mends that; Spark's own Master does not.
MODULE_OPTIONS = " ".join(
    f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in
    ("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
     "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action",
     "sun.util.calendar"))


class Spark:
    """One unpacked Spark distribution: build/spark/<release>, put there by tools/deps."""

    def __init__(self, release):
        self.release = release
        self.home = REPOSITORY / "build" / "spark" / release
        check((self.home / "bin" / "spark-class").exists(),
              f"Spark {release} is not in {self.home}; run: SPARKS={release} tools/deps run")
        # The cloudpickle of Spark 3.3 cannot read the code objects of Python 3.11.
        self.runs_python = not (release.startswith("3.3.") and sys.version_info >= (3, 11))

    def environment(self, **more):
        """A clean environment: nothing of the user's own Spark, Java options or Hadoop reaches the processes."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "USER", "JAVA_HOME", "TMPDIR")
                if name in os.environ}
        empty = REPOSITORY / "build" / "empty-conf"
        empty.mkdir(parents=True, exist_ok=True)
        return kept | {
            "SPARK_HOME": str(self.home), "SPARK_CONF_DIR": str(empty), "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "PYTHONDONTWRITEBYTECODE": "1",
        } | {name: str(value) for name, value in more.items()}

    def tool(self, name):
        return self.home / "bin" / name

    def jar(self):
        """Our Java drivers, compiled against this release's jars; once."""
        sources = [REPOSITORY / "examples" / "PilotlightPi.java", JOBS / "TestDriver.java"]
        jar = REPOSITORY / "build" / "jars" / f"drivers-{self.release}.jar"
        if jar.exists() and all(jar.stat().st_mtime > source.stat().st_mtime for source in sources):
            return jar
        classes = jar.parent / f"classes-{self.release}"
        shutil.rmtree(classes, ignore_errors=True)
        classes.mkdir(parents=True)
        for command in (
                ["javac", "-nowarn", "-proc:none", "--release", "8" if self.release.startswith("3") else "17", "-cp",
                 f"{self.home}/jars/*", "-d", classes, *sources],
                ["jar", "--create", "--file", f"{jar}.new", "-C", classes, "."]):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            check(done.returncode == 0, f"{command[0]} failed for Spark {self.release}:\n{done.stderr}")
        os.replace(f"{jar}.new", jar)
        return jar


class Worker:
    """A real worker. `pid` is its JVM; its executors and drivers are its children."""

    def __init__(self, lab, spark, master_url, name, cores, memory_mb, options, host="127.0.0.1", prefix=()):
        self.name, self.spark, self.cores, self.memory_mb, self.host = name, spark, cores, memory_mb, host
        folder = lab.folder / name
        self.work = folder / "work"
        self.process = lab.start(
            name,
            [*prefix, spark.tool("spark-class"), "org.apache.spark.deploy.worker.Worker", "--host", host,
             "--webui-port", "0", "--cores", cores, "--memory", f"{memory_mb}m", "--work-dir", self.work, master_url],
            spark.environment(SPARK_DAEMON_MEMORY="192m", SPARK_DAEMON_JAVA_OPTS=SMALL_JVM, SPARK_WORKER_OPTS=options,
                              SPARK_LOCAL_DIRS=folder / "local", SPARK_LOCAL_IP=host))

    def registered(self, master_url=""):
        return f"Successfully registered with master {master_url}" in self.process.text()

    def port(self):
        return self._number(rf"Starting Spark worker {re.escape(self.host)}:(\d+) with")

    def web_port(self):
        return self._number(r"Successfully started service 'WorkerUI' on port (\d+)")

    def _number(self, pattern):
        found = re.search(pattern, self.process.text())
        return int(found.group(1)) if found else None

    def executors(self, app=None):
        """{(application id, executor id): pid} of the executor JVMs that run here."""
        found = {}
        for pid, words in children_of(self.process.pid):
            if "--executor-id" in words and "--app-id" in words:
                key = words[words.index("--app-id") + 1], words[words.index("--executor-id") + 1]
                if app in (None, key[0]):
                    found[key] = pid
        return found

    def drivers(self):
        """Process ids of the cluster-mode drivers that run here."""
        return [pid for pid, words in children_of(self.process.pid) if any("worker.DriverWrapper" in w for w in words)]

    def driver_output(self, driver):
        """What a cluster-mode driver of this worker has written to its standard output."""
        path = self.work / driver / "stdout"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


class Cluster:
    """One master with FILESYSTEM recovery, its workers and what is submitted to it."""

    client_host = "127.0.0.1"  # where client-mode drivers listen

    def __init__(self, lab, spark, port=None, web_port=None):
        self.lab, self.spark = lab, spark
        self.port, self.web_port = free_port(port), free_port(web_port)
        self.url = f"spark://127.0.0.1:{self.port}"
        self.recovery = lab.folder / "recovery"
        self.recovery.mkdir(parents=True, exist_ok=True)
        self.workers = []
        self.masters_started = 0
        self._count = 0
        self.master = None
        self.start_master()

    # --- the master

    def start_master(self):
        self.launch_master()
        wait_for(f"the master's web page on port {self.web_port}", lambda: self.state(optional=True), 30, [self.master], every=0.005)

    def launch_master(self, prefix=()):
        """Starts the process and does not wait for it; `prefix` are words in front of its command."""
        self.masters_started += 1
        words = ["--host", "127.0.0.1", "--port", self.port, "--webui-port", self.web_port]
        options = f"-Dspark.deploy.recoveryMode=FILESYSTEM -Dspark.deploy.recoveryDirectory={self.recovery}"
        if SPARKS_OWN_MASTER:
            command = [self.spark.tool("spark-class"), "org.apache.spark.deploy.master.Master", *words]
            environment = self.spark.environment(SPARK_MASTER_OPTS=options, SPARK_DAEMON_JAVA_OPTS=SMALL_JVM)
        else:
            check(BINARY.exists(), f"{BINARY} is not there; run: make build")
            command = [BINARY, "master", *words]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
            environment |= {"SPARK_MASTER_OPTS": options, "SPARK_LOCAL_IP": "127.0.0.1"}
        self.master = self.lab.start(f"master-{self.masters_started}", [*prefix, *command], environment)
        return self.master

    def kill_master(self):
        self.master.kill(signal.SIGKILL)

    def state(self, optional=False, port=None):
        """What /json/ says on the web port, or on another."""
        page = f"http://127.0.0.1:{port or self.web_port}/json/"
        try:
            with urllib.request.urlopen(page, timeout=10) as answer:
                return json.load(answer)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            if optional:
                return None
            raise Failure(f"the master does not answer on {page}: {error}") from None

    def check_master(self):
        """The master runs and has complained of nothing that is a bug of ours."""
        check(self.master.running(), f"the master ended with status {self.master.status()}")
        check_log(self.master)

    # --- workers

    def add_worker(self, spark=None, cores=2, memory_mb=2048, options="", **place):
        name = f"worker-{len(self.workers) + 1}"
        worker = Worker(self.lab, spark or self.spark, self.url, name, cores, memory_mb, options, **place)
        self.workers.append(worker)
        return worker

    def wait_for_workers(self):
        living = [worker for worker in self.workers if worker.process.running()]
        for worker in living:
            wait_for(f"{worker.name} to register", worker.registered, 60, [worker.process, self.master])
        wait_for(f"{len(living)} workers ALIVE at the master", lambda: len(self.alive_workers()) == len(living), 20,
                 [self.master])

    def alive_workers(self):
        return [worker for worker in self.state()["workers"] if worker["state"] == "ALIVE"]

    def worker_state(self, worker):
        """The master's view of one worker."""
        for row in self.state()["workers"]:
            if row["port"] == worker.port():
                return row
        raise Failure(f"the master does not know {worker.name} on port {worker.port()}")

    def executors(self, app=None):
        """{(application id, executor id): pid} on all workers."""
        found = {}
        for worker in self.workers:
            if worker.process.running():
                found |= worker.executors(app)
        return found

    # --- applications and drivers

    def client_job(self, job, *arguments, cores=4, name=None, spark=None, conf=None):
        """Starts a client-mode application through spark-submit. `job` is a file of tests/real/jobs, or a whole path."""
        spark = spark or self.spark
        name = name or self._name("app")
        settings = {
            "spark.app.name": name, "spark.ui.enabled": "false", "spark.cores.max": cores, "spark.executor.cores": 2,
            "spark.executor.memory": "512m", "spark.driver.memory": "512m",
            "spark.executor.extraJavaOptions": SMALL_JVM, "spark.driver.extraJavaOptions": SMALL_JVM,
            # The first round shall see every executor, not only the quickest.
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
        } | (conf or {})
        words = [spark.tool("spark-submit"), "--master", self.url, *_as_flags(settings)]
        if job == "rounds.py" and not spark.runs_python:
            words += ["--class", "TestDriver", spark.jar(), "rounds", *arguments]
        else:
            words += [JOBS / job, *arguments]
        return self.lab.start(name, words, spark.environment(SPARK_LOCAL_DIRS=self.lab.folder / name / "local",
                                                             SPARK_LOCAL_IP=self.client_host))

    def submit_driver(self, main_class, *arguments, wait=45, **options):
        """Hands a cluster-mode driver to the master through spark-submit; returns its id."""
        client = self.start_submission(main_class, *arguments, **options)

        def submitted():
            return re.search(r"Driver successfully submitted as (driver-\d+-\d+)", client.text())

        return wait_for(f"the master to accept {client.name}", submitted, wait, [client, self.master]).group(1)

    def start_submission(self, main_class, *arguments, supervise=False, spark=None, conf=None, prefix=()):
        """Starts spark-submit with a cluster-mode driver; its process. `prefix` are words in front of the command."""
        spark = spark or self.spark
        name = self._name("submit")
        settings = {"spark.ui.enabled": "false", "spark.executor.memory": "512m", "spark.driver.memory": "512m",
                    "spark.app.name": name, "spark.executor.extraJavaOptions": SMALL_JVM} | (conf or {})
        if SPARKS_OWN_MASTER and spark.release.startswith("3."):
            settings["spark.driver.extraJavaOptions"] = MODULE_OPTIONS
        return self.lab.start(
            name, [*prefix, spark.tool("spark-submit"), "--master", self.url, "--deploy-mode", "cluster",
                   *(["--supervise"] if supervise else []), *_as_flags(settings), "--class", main_class,
                   f"file:{spark.jar()}", *arguments],
            spark.environment(SPARK_SUBMIT_OPTS=SMALL_JVM))

    def driver_row(self, driver):
        """The master's row of a cluster-mode driver, or None."""
        state = self.state()
        for row in state["activedrivers"] + state["completeddrivers"]:
            if row["id"] == driver:
                return row
        return None

    def wait_for_driver(self, driver, state, seconds):
        def reached():
            row = self.driver_row(driver)
            if row and row["state"] != state and row["state"] in ("FINISHED", "FAILED", "KILLED", "ERROR"):
                raise Failure(f"{driver} ended as {row['state']}, expected {state}; its output:\n{self.driver_log(driver)}")
            return row and row["state"] == state
        wait_for(f"{driver} to be {state}", reached, seconds, [self.master])

    def driver_output(self, driver):
        return "".join(worker.driver_output(driver) for worker in self.workers)

    def driver_log(self, driver, lines=15):
        text = ""
        for worker in self.workers:
            for path in sorted((worker.work / driver).glob("std*")):
                text += "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) + "\n"
        return text

    def kill_driver(self, driver):
        """What `spark-submit --kill` became before REST: the client gateway. Returns its exit status."""
        client = self.lab.start(
            self._name("kill"),
            [self.spark.tool("spark-class"), "org.apache.spark.deploy.Client", "kill", self.url, driver],
            self.spark.environment(SPARK_DAEMON_JAVA_OPTS=SMALL_JVM))
        return client.wait(60, expect=None)

    def app_row(self, app):
        """The master's row of an application, or None."""
        state = self.state()
        for row in state["activeapps"] + state["completedapps"]:
            if row["id"] == app:
                return row
        return None

    def wait_until_idle(self):
        """No application, no driver, no core in use, no executor process."""
        def idle():
            state = self.state()
            return not state["activeapps"] and not state["activedrivers"] and state["coresused"] == 0 and not self.executors()
        wait_for("the cluster to be idle", idle, 20, [self.master])

    def path(self, name):
        """A file of this cluster that does not exist yet."""
        self._count += 1
        return self.lab.folder / f"{name}-{self._count}"

    def _name(self, kind):
        self._count += 1
        return f"{kind}-{self._count}"


def check_log(master):
    """No sanitizer report, no failed assertion in a master's log."""
    for line in master.text().splitlines():
        if re.search(r"(?:ERROR|WARNING): \w+Sanitizer|runtime error:", line):
            raise Failure(f"a sanitizer complains in {master.log}: {line}")


def rounds_of(job):
    """[(round, [executor ids])] that a rounds job has finished."""
    found = re.findall(r"^ROUND (\d+) tasks \d+ executors (\S+)$", job.text(), re.MULTILINE)
    return [(int(number), executors.split(",")) for number, executors in found]


def app_of(job):
    """The application id of a job, once it has one."""
    found = job.lines("APP ")
    return found[0] if found else None


def wait_for_round(job, number, seconds, needs=()):
    wait_for(f"round {number} of {job.name}", lambda: rounds_of(job) and rounds_of(job)[-1][0] >= number, seconds,
             [job, *needs])


def _as_flags(settings):
    return [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
