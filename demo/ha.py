#!/usr/bin/env python3
"""`make demo`: three masters, and whoever leads is killed, frozen and told to go while Spark jobs run.

Three ZooKeeper servers, three masters of ours, three real Spark workers, PySpark's Pi in client mode and a Java driver in cluster
mode. The leader is killed with SIGKILL, the next one stopped with SIGSTOP (and let go on later), the third told to go with SIGTERM.
Prints what each failover took. Exit status 0 only if every job ended well and every executor and driver kept its process.

  KEEP=1        leaves everything up and says where, and how to stop it
  SPARKS=3.5.9  another Spark release of tools/versions
  MASTER=spark  Spark's own Master instead of ours, to compare
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "ha"), str(ROOT / "tests" / "real")]

# pylint: disable=wrong-import-position
from cluster import SPARKS_OWN_MASTER, Spark  # noqa: E402
from ha_cluster import HaCluster  # noqa: E402
from harness import Failure, Lab, check, stop_on_signals, wait_for  # noqa: E402
from stopwatch import Stopwatch, everything_back  # noqa: E402
from suite import releases  # noqa: E402
from table import Table  # noqa: E402

FOLDER = ROOT / "build" / "demo"
# Long enough to be at work through all three failovers; Spark's own Master needs half a minute for them.
PI_TASKS = 900 if SPARKS_OWN_MASTER else 300
TASKS, TASK_MILLIS = (400 if SPARKS_OWN_MASTER else 100), 400
PLACES = [(7077, 8080), (7078, 8081), (7079, 8082)]
WORKERS = 3


class Demo:
    def __init__(self, release, keep):
        self.began, self.keep, self.spark, self.table = time.monotonic(), keep, Spark(release), Table()
        shutil.rmtree(FOLDER, ignore_errors=True)
        self.lab = Lab(FOLDER, outlives=keep)
        self.cluster = self.pi = self.driver = self.processes = None
        self.apps = []

    def run(self):
        self.start_cluster()
        self.start_jobs()
        self.kill()
        self.freeze()
        self.roll()
        self.finish()

    def start_cluster(self):
        self.say("1/6", f"Three ZooKeeper servers, three masters ({'Spark’s own' if SPARKS_OWN_MASTER else 'Pilotlight'}), "
                        f"three unmodified workers of Spark {self.spark.release}")
        self.cluster = HaCluster(self.lab, self.spark, places=PLACES)
        self.note(f"ZooKeeper  {self.cluster.connect}")
        for _ in range(WORKERS):
            self.cluster.add_worker(cores=2, memory_mb=2048)
        self.cluster.wait_for_workers()
        for master in self.cluster.masters:
            page = f"http://{master.host}:{master.web_port}/"
            self.note(f"{master.name}   {master.url}  {page}  pid {master.pid}  {master.status()}")
        for worker in self.cluster.workers:
            self.note(f"{worker.name}   http://127.0.0.1:{worker.web_port()}/  pid {worker.process.pid}")

    def start_jobs(self):
        self.say("2/6", f"PySpark’s own pi.py in client mode ({PI_TASKS} tasks), a Java driver in cluster mode ({TASKS} tasks)")
        check(self.spark.runs_python, f"the Python of Spark {self.spark.release} does not run on this Python; choose SPARKS=3.5.9")
        pi = self.spark.home / "examples/src/main/python/pi.py"
        self.pi = self.cluster.client_job(pi, PI_TASKS, cores=2, name="pyspark-pi", conf={"spark.executor.cores": 1})
        self.driver = self.cluster.submit_driver("PilotlightPi", TASKS, TASK_MILLIS,
                                                 conf={"spark.cores.max": 2, "spark.executor.cores": 1})
        wait_for("both jobs to have their two executors", lambda: len(self.executors()) == 4, 60, [self.pi, self.cluster.master])
        wait_for("the driver's fifth task", lambda: self.tasks_done() >= 5, 60, [self.pi, self.cluster.master])
        self.processes = self.all_processes()
        self.apps = sorted({app for app, _ in self.executors()})
        self.note(f"{self.driver}: {self.tasks_done()} of {TASKS} tasks done; executors and drivers: pids "
                  + " ".join(map(str, self.processes)))

    def kill(self):
        self.say("3/6", "kill -9 of the leader")
        old = self.fail_over("kill -9", lambda master: master.kill())
        old.start()
        self.join(old)

    def freeze(self):
        self.say("4/6", "kill -STOP of the leader: it stands still, its connections stay open")
        old = self.fail_over("frozen", lambda master: master.freeze())
        time.sleep(3)
        old.thaw()
        self.note(f"{old.name} goes on")
        if SPARKS_OWN_MASTER:
            wait_for(f"{old.name} to end itself", lambda: not old.running(), 60)
            old.start()
        self.join(old)

    def roll(self):
        self.say("5/6", "kill -TERM of the leader, as for an upgrade")
        old = self.fail_over("SIGTERM", lambda master: master.terminate())
        old.start()
        self.join(old)

    def finish(self):
        self.say("6/6", "Waiting for both jobs to end")
        self.pi.wait(240)
        result = re.search(r"Pi is roughly (3\.1\d+)", self.pi.text())
        check(result, f"pi.py has printed no result; see {self.pi.log}")
        self.note(f"pyspark-pi: {result.group(0)}")
        self.cluster.wait_for_driver(self.driver, "FINISHED", 240)
        result = re.search(r"Pi is roughly 3\.1\d+", self.cluster.driver_output(self.driver))
        check(result and self.tasks_done() == TASKS, f"{self.driver} has not counted {TASKS} tasks, or printed no result")
        self.note(f"{self.driver}: FINISHED, {result.group(0)}")
        self.cluster.wait_until_idle()
        self.cluster.check_master()
        two = [] if SPARKS_OWN_MASTER else self.cluster.watch.two_leaders()
        check(not two, f"two leaders at once: {two}")

    def fail_over(self, how, fault):
        """Breaks the leader and waits until another has all workers and jobs that still run. The broken one."""
        old = self.cluster.leader()
        running = [app for app in self.apps if (self.cluster.app_row(app) or {}).get("state") == "RUNNING"]
        check(running, "both jobs have ended before the demo was done; this machine is quicker than the demo expects")
        stopwatch = Stopwatch([master for master in self.cluster.masters if master is not old])
        begun = time.monotonic()
        fault(old)
        timing = stopwatch.run(begun, everything_back(WORKERS, running))
        stopwatch.close()
        record = (self.cluster.failovers() or [{}])[-1]
        self.table.add(how, old, timing, record.get("phases_ms", {}))
        self.note(f"{timing.master.name} leads {timing.alive * 1000:,.0f} ms later, and has all workers and jobs back after "
                  f"{timing.whole * 1000:,.0f} ms" + (f" (cause: {record['cause']})" if record else ""))
        now = self.all_processes()
        lost = [pid for pid in self.processes if pid not in now]
        check(not lost or len(running) < len(self.apps), f"executors or drivers are gone: pids {lost}")
        check(set(now) <= set(self.processes), f"new processes were started: {set(now) - set(self.processes)}")
        return old

    def join(self, master):
        master.wait_until_up()
        self.cluster.wait_until_one_leads(90)
        self.note(f"{master.name} stands by again")

    def executors(self):
        return self.cluster.executors()

    def all_processes(self):
        return sorted(pid for worker in self.cluster.workers for pid in [*worker.executors().values(), *worker.drivers()])

    def tasks_done(self):
        return self.cluster.driver_output(self.driver).count(f" of {TASKS} ended on executor")

    def say(self, step, text):
        print(f"\n[{step}] {text}  ({time.monotonic() - self.began:.0f} s)", flush=True)

    def note(self, text):
        print(f"      {text}", flush=True)

    def say_how_to_stop(self):
        pids = " ".join(str(process.pid) for process in self.lab.processes if process.running())
        submit = os.path.relpath(self.spark.home / "bin" / "spark-submit", ROOT)
        print(f"\nLeft running (KEEP=1): {submit} --master {self.cluster.url} …")
        self.say_what_to_try()
        print(f"Stop it: kill {pids}")

    def say_what_to_try(self):
        pages = " ".join(f"http://{master.host}:{master.web_port}/" for master in self.cluster.masters)
        print(f"Three things to try:\n"
              f"  build/pilotlight status --master {self.cluster.url}\n"
              f"  the page of any master: {pages}\n"
              f"  build/pilotlight transfer-leadership --master {self.cluster.url}")


def main():
    stop_on_signals()
    keep = os.environ.get("KEEP", "") not in ("", "0")
    demo, held = None, False
    try:
        demo = Demo(releases()[-1], keep)
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
        demo.table.show(time.monotonic() - demo.began)
        if keep:
            demo.say_how_to_stop()
        else:
            print(f"All of it held. Nothing is left running; logs are in {os.path.relpath(FOLDER, ROOT)}.\n"
                  "`make demo KEEP=1` leaves it up; then:")
            demo.say_what_to_try()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
