#!/usr/bin/env python3
"""`make demo-single`: from nothing to a finished Spark job, with the master killed in the middle.

One master of ours with FILESYSTEM recovery, two real Spark workers, a PySpark job in client mode, a Java driver in cluster mode
through spark-submit; while that runs the master is killed with SIGKILL and started again. Exit status 0 only if all of it held.

  KEEP=1        leaves master and workers up and says how to stop them
  SPARKS=4.3.0  another Spark release of tools/versions
  MASTER=spark  Spark's own Master instead of ours, to compare
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "real"))

# pylint: disable=wrong-import-position
from cluster import SPARKS_OWN_MASTER, Cluster, Spark  # noqa: E402
from harness import Failure, Lab, check, stop_on_signals, wait_for  # noqa: E402

FOLDER = ROOT / "build" / "demo"
TASKS, TASK_MILLIS = 100, 300
KILL_AFTER_TASK = 15


class Demo:
    def __init__(self, release, keep):
        self.started = time.monotonic()
        self.rows = []
        self.keep = keep
        self.spark = Spark(release)
        shutil.rmtree(FOLDER, ignore_errors=True)
        self.lab = Lab(FOLDER, outlives=keep)
        self.cluster = None

    def run(self):
        self.start_master()
        self.start_workers()
        self.run_client_job()
        driver = self.submit_driver()
        self.kill_and_restart_master(driver)
        self.finish(driver)

    def start_master(self):
        self.say("1/6", f"Starting {'Spark’s own Master' if SPARKS_OWN_MASTER else 'Pilotlight'} with FILESYSTEM recovery")
        began = time.monotonic()
        self.cluster = Cluster(self.lab, self.spark, port=7077, web_port=8080)
        self.row("master started, page answers", time.monotonic() - began)
        self.note(f"master    {self.cluster.url}   pid {self.cluster.master.pid}")
        self.note(f"web page  http://127.0.0.1:{self.cluster.web_port}/   (JSON: /json/)")
        if not SPARKS_OWN_MASTER:
            self.note(f"          http://127.0.0.1:{self.cluster.port}/json/   (the RPC port answers HTTP too)")
        self.note(f"records   {_short(self.cluster.recovery)}")

    def start_workers(self):
        self.say("2/6", f"Starting two unmodified workers of Spark {self.spark.release}")
        began = time.monotonic()
        for _ in range(2):
            self.cluster.add_worker(cores=2, memory_mb=2048)
        self.cluster.wait_for_workers()
        self.row("two Spark workers registered", time.monotonic() - began)
        for worker in self.cluster.workers:
            self.note(f"{worker.name}  http://127.0.0.1:{worker.web_port()}/   pid {worker.process.pid}")

    def run_client_job(self):
        self.say("3/6", "Running PySpark’s own pi.py in client mode, 20 tasks")
        began = time.monotonic()
        if self.spark.runs_python:
            job = self.cluster.client_job(self.spark.home / "examples/src/main/python/pi.py", "20", name="pyspark-pi")
        else:
            raise Failure(f"the Python of Spark {self.spark.release} does not run on this Python; choose another: SPARKS=3.5.9")
        job.wait(120)
        result = re.search(r"Pi is roughly (3\.1\d+)", job.text())
        check(result, f"pi.py has printed no result; see {job.log}")
        self.row("PySpark Pi, client mode", time.monotonic() - began)
        self.note(result.group(0))

    def submit_driver(self):
        self.say("4/6", f"spark-submit --deploy-mode cluster: a Java driver, {TASKS} tasks of {TASK_MILLIS / 1000} s")
        began = time.monotonic()
        driver = self.cluster.submit_driver("PilotlightPi", TASKS, TASK_MILLIS, conf={"spark.cores.max": 3})
        self.driver_began = began
        self.note(f"{driver} accepted")
        wait_for(f"task {KILL_AFTER_TASK} of {TASKS}", lambda: self.tasks_done(driver) >= KILL_AFTER_TASK, 120, [self.cluster.master])
        self.note(f"{self.tasks_done(driver)} of {TASKS} tasks done")
        return driver

    def kill_and_restart_master(self, driver):
        self.say("5/6", "kill -9 of the master, in the middle of the job")
        processes = self.processes()
        app = self.cluster.state()["activeapps"][0]["id"]
        killed = time.monotonic()
        self.cluster.kill_master()
        at_death = self.tasks_done(driver)
        wait_for("the job to go on without a master", lambda: self.tasks_done(driver) >= at_death + 6, 30)
        self.note(f"nobody is master; the job goes on: {self.tasks_done(driver)} of {TASKS} tasks done")
        self.row("without a master (on purpose)", time.monotonic() - killed)
        began = time.monotonic()
        self.cluster.start_master()
        self.row("new master started, page answers", time.monotonic() - began)
        self.note(f"master    {self.cluster.url}   pid {self.cluster.master.pid}")
        wait_for("workers, driver and application to be back", lambda: self.is_back(driver, app), 90, [self.cluster.master],
                 every=0.005)
        self.row("  … workers, driver, application back", time.monotonic() - began)
        check(self.processes() == processes,
              f"executors and driver before the kill: {processes}, after the restart: {self.processes()}")
        self.row("executors and drivers lost", "0")
        self.note(f"ALIVE again; the same {len(processes)} executor and driver processes: pids {' '.join(map(str, processes))}")

    def finish(self, driver):
        self.say("6/6", "Waiting for the job to end")
        self.cluster.wait_for_driver(driver, "FINISHED", 120)
        output = self.cluster.driver_output(driver)
        result = re.search(r"Pi is roughly 3\.1\d+", output)
        check(result, f"{driver} has printed no result")
        check(f"task {TASKS} of {TASKS}" in output, f"{driver} has not counted {TASKS} tasks")
        self.row("cluster-mode driver, submitted to FINISHED", time.monotonic() - self.driver_began)
        self.note(f"{driver} FINISHED: {result.group(0)}")
        self.cluster.wait_until_idle()
        self.cluster.check_master()

    def is_back(self, driver, app):
        state = self.cluster.state(optional=True)
        return state and state["status"] == "ALIVE" and state["aliveworkers"] == 2 and any(
            row["id"] == app and row["state"] == "RUNNING" and row["cores"] == 3 for row in state["activeapps"]) and any(
            row["id"] == driver and row["state"] == "RUNNING" for row in state["activedrivers"])

    def processes(self):
        """Process ids of all executors and drivers on the workers."""
        return sorted(pid for worker in self.cluster.workers for pid in [*worker.executors().values(), *worker.drivers()])

    def tasks_done(self, driver):
        return self.cluster.driver_output(driver).count(f" of {TASKS} ended on executor")

    def say(self, step, text):
        print(f"\n[{step}] {text}  ({time.monotonic() - self.started:.0f} s)", flush=True)

    def note(self, text):
        print(f"      {text}", flush=True)

    def row(self, what, value):
        self.rows.append((what, value if isinstance(value, str) else f"{value:.2f} s"))

    def table(self):
        self.row("everything", time.monotonic() - self.started)
        line = "+" + "-" * 48 + "+" + "-" * 13 + "+"
        print("\n" + line)
        for what, value in self.rows:
            print(f"| {what:<46} | {value:>11} |")
        print(line, flush=True)

    def say_how_to_stop(self):
        pids = " ".join(str(process.pid) for process in self.lab.processes if process.running())
        print(f"\nLeft running (KEEP=1). Try: {_short(self.spark.home)}/bin/spark-submit --master {self.cluster.url} …")
        print(f"Stop it: kill {pids}")


def _short(path):
    return os.path.relpath(path, ROOT)


def main():
    stop_on_signals()
    release = (os.environ.get("SPARKS") or _default_release()).split()[0]
    keep = os.environ.get("KEEP", "") not in ("", "0")
    demo = None
    held = False
    try:
        demo = Demo(release, keep)
        demo.run()
        held = True
    except Failure as failure:
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        if demo:
            print(demo.lab.tails(), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted; everything that was started is being stopped.", file=sys.stderr)
    finally:
        if demo and not (keep and held):
            demo.lab.end()
    if held:
        demo.table()
        if keep:
            demo.say_how_to_stop()
        else:
            print(f"All of it held. Nothing is left running; logs are in {_short(FOLDER)}.")
    return 0 if held else 1


def _default_release():
    for line in (ROOT / "tools" / "versions").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] == "yes":
            return fields[0]
    raise Failure("tools/versions names no default release")


if __name__ == "__main__":
    sys.exit(main())
