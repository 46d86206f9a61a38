"""What is measured, one function for each figure or group of figures: a fresh master, one run of the load generator, numbers.

A measurement takes (kind, binaries, scale) and returns {figure key: value}; keys and titles are in FIGURES. Every run is
bounded in time. Called by run.py, for both masters in turn.
"""

import json
import signal
import subprocess
import time
from dataclasses import dataclass

from masters import Failure, Master, clean_environment, die_with_parent
from pages import PageClient, Readers, percentile, read_pages, slice_bounds


@dataclass(frozen=True)
class Scale:
    """How long and how much. The numbers of workers and applications are the same in a quick run."""
    hold_seconds: int
    settle_seconds: int
    spark_limit: int


FULL = Scale(hold_seconds=45, settle_seconds=5, spark_limit=300)
QUICK = Scale(hold_seconds=15, settle_seconds=2, spark_limit=120)

HEARTBEAT_PERIOD = 15
MB = "MB"

# key: (title, unit, "lower" or "higher" is better, the aim or "")
FIGURES = {
    "start": ("start to listening (Spark: the JVM itself)", "ms", "lower", "≤ 50 ms"),
    "start_launcher": ("start to listening as it is started by hand (Spark: `spark-class`)", "ms", "lower", "≤ 50 ms"),
    "start_alive": ("start to ALIVE in `/json/` (Spark: the JVM itself)", "ms", "lower", ""),
    "start_cpu": ("CPU used by then and 2 s more", "s", "lower", ""),
    "rss_idle": ("resident memory, idle", MB, "lower", ""),
    "register_none": ("registrations/s, NONE, 1,000 workers (the last 700)", "/s", "higher", ""),
    "register_none_p50": ("… answer p50, 256 under way", "ms", "lower", ""),
    "register_none_p99": ("… answer p99", "ms", "lower", ""),
    "register_none_cpu": ("… CPU of the master for one registration, the worker's reports included", "µs", "lower", ""),
    "register_none_share": ("… share of a core that the master had meanwhile", "%", "higher", ""),
    "register_none_10k": ("registrations/s, NONE, 10,000 workers (the last 9,000)", "/s", "higher", "≥ 30,000/s"),
    "register_none_10k_p50": ("… answer p50, 256 under way", "ms", "lower", ""),
    "register_none_10k_p99": ("… answer p99", "ms", "lower", ""),
    "register_none_10k_cpu": ("… CPU of the master for one registration, the worker's reports included", "µs", "lower", ""),
    "register_none_10k_share": ("… share of a core that the master had meanwhile", "%", "higher", ""),
    "register_bare_10k": ("registrations/s, NONE, 10,000 workers that say nothing after it", "/s", "higher", ""),
    "register_bare_10k_cpu": ("… CPU of the master for one registration", "µs", "lower", ""),
    "register_bare_10k_share": ("… share of a core that the master had meanwhile", "%", "higher", ""),
    "register_fs": ("registrations/s, FILESYSTEM, 1,000 workers (the last 700)", "/s", "higher", ""),
    "register_fs_p50": ("… answer p50, 256 under way", "ms", "lower", ""),
    "register_fs_p99": ("… answer p99", "ms", "lower", ""),
    "register_fs_cpu": ("… CPU of the master for one registration, the worker's reports included", "µs", "lower", ""),
    "register_fs_share": ("… share of a core that the master had meanwhile", "%", "higher", ""),
    "register_fs_10k": ("registrations/s, FILESYSTEM, 10,000 workers (the last 9,000)", "/s", "higher", "≥ 15,000/s"),
    "register_fs_10k_p50": ("… answer p50, 256 under way", "ms", "lower", ""),
    "register_fs_10k_p99": ("… answer p99", "ms", "lower", ""),
    "register_fs_10k_cpu": ("… CPU of the master for one registration, the worker's reports included", "µs", "lower", ""),
    "register_fs_10k_share": ("… share of a core that the master had meanwhile", "%", "higher", ""),
    "rss_1k": ("resident memory, 1,000 workers", MB, "lower", ""),
    "cpu_1k": ("CPU for the heartbeats of 1,000 workers", "% of a core", "lower", ""),
    "rss_1k_apps": ("resident memory, 1,000 workers + 1,000 applications with 2,000 executors", MB, "lower", ""),
    "rss_10k": ("resident memory, 10,000 workers", MB, "lower", ""),
    "cpu_10k": ("CPU for the heartbeats of 10,000 workers", "% of a core", "lower", ""),
    "rss_10k_apps": ("resident memory, 10,000 workers + 1,000 applications with 2,000 executors", MB, "lower", "≤ 64 MB"),
    "schedule": ("1,000 applications register on 1,000 free workers: until all 2,000 executors are granted", "ms", "lower", ""),
    "schedule_running": ("… and reported RUNNING", "ms", "lower", ""),
    "schedule_cpu": ("… CPU of the master for all of it", "ms", "lower", ""),
    "end": ("100 applications end on 1,000 workers: until every executor is killed and reported", "ms", "lower", ""),
    "schedule_waiting": ("1,000 applications wait, 1,000 workers come (exact fit): until all 2,000 executors are granted", "ms",
                         "lower", ""),
    "schedule_waiting_running": ("… and reported RUNNING", "ms", "lower", ""),
    "schedule_waiting_cpu": ("… CPU of the master for all of it", "ms", "lower", ""),
    "one_app_p50": ("one application at a time on 10,000 free workers: registered to its 2 executors granted, p50", "ms",
                    "lower", "a pass ≤ 5 ms"),
    "one_app_p99": ("… p99", "ms", "lower", ""),
    "pages": ("`/json/` with 1,000 workers and 500 applications, 4 clients one request after another", "/s", "higher", "× 10"),
    "pages_p50": ("… time of an answer, p50", "ms", "lower", ""),
    "pages_idle_p99": ("`/livez` once every 5 ms with 10,000 workers and 1,000 applications, nobody reads pages, p99", "ms",
                       "lower", ""),
    "pages_busy_p99": ("… while 4 clients read `/json/` all the time, p99", "ms", "lower", ""),
    "pages_slice": ("… how long pages held the loop at a time, p99, as a bound of the histogram", "ms", "lower", "≤ 1 ms"),
    "pages_slice_worst": ("… the longest of all, with what the scheduler took meanwhile", "ms", "lower", ""),
}


class Load:
    """One run of pilotlight_load against a master. Lines of JSON come back."""

    def __init__(self, binaries, master, scenario, *words, limit=120):
        self._limit = limit
        self._process = subprocess.Popen(
            [str(binaries.load), scenario, "--master", f"127.0.0.1:{master.port}", "--timeout", str(limit),
             *map(str, words)],
            env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def line(self):
        """The next line; the generator bounds itself in time, so this waits for it."""
        text = self._process.stdout.readline()
        if not text:
            raise Failure(f"the load generator ended with status {self._process.wait(timeout=10)} and said nothing")
        figures = json.loads(text)
        if figures.get("complaint_count"):
            raise Failure(f"the run failed: {figures['complaints']}")
        return figures

    def stop(self):
        self._process.send_signal(signal.SIGTERM)


def started(kind, recovery, binaries):
    master = Master(kind, recovery, binaries)
    try:
        master.wait_until_alive()
    except BaseException:
        master.end()
        raise
    return master


def start(kind, binaries, _scale):
    with Master(kind, "NONE", binaries) as master:
        figures = {"start": master.wait_until_listening() * 1000, "start_alive": master.wait_until_alive() * 1000}
        time.sleep(2)
        figures |= {"start_cpu": master.cpu_seconds(), "rss_idle": master.resident_mb()}
    with Master(kind, "NONE", binaries, through_launcher=True) as master:
        figures["start_launcher"] = master.wait_until_listening() * 1000
        master.wait_until_alive()
    return figures


def _register(kind, binaries, recovery, key, workers, warm_up, *words):
    with started(kind, recovery, binaries) as master, \
            Load(binaries, master, "register", "--workers", workers, "--warm-up", warm_up, "--pid", master.pid,
                 *words) as load:
        figures = load.line()
    return {key: figures["per_second"], f"{key}_p50": figures["answer_p50_ms"], f"{key}_p99": figures["answer_p99_ms"],
            f"{key}_cpu": figures["master_cpu_counted_s"] / figures["counted"] * 1e6,
            f"{key}_share": 100 * figures["master_cpu_counted_s"] / figures["seconds"]}


def register_none(kind, binaries, _scale):
    return _register(kind, binaries, "NONE", "register_none", 1000, 300)


def register_filesystem(kind, binaries, _scale):
    return _register(kind, binaries, "FILESYSTEM", "register_fs", 1000, 300)


def register_none_10k(kind, binaries, _scale):
    return _register(kind, binaries, "NONE", "register_none_10k", 10000, 1000)


def register_filesystem_10k(kind, binaries, _scale):
    return _register(kind, binaries, "FILESYSTEM", "register_fs_10k", 10000, 1000)


def register_bare_10k(kind, binaries, _scale):
    return _register(kind, binaries, "NONE", "register_bare_10k", 10000, 1000, "--bare")


def _hold(kind, binaries, scale, workers, applications):
    """(resident MB, % of a core), while nothing but heartbeats happens."""
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "hold", "--workers", workers, "--apps", applications, "--seconds", 600) as load:
        load.line()
        time.sleep(scale.settle_seconds)
        cpu, begun = master.cpu_seconds(), time.monotonic()
        time.sleep(scale.hold_seconds)
        used = (master.cpu_seconds() - cpu) / (time.monotonic() - begun) * 100
        resident = master.resident_mb()
        known = master.state()
        load.stop()
        load.line()
    alive = known.get("aliveworkers") if known else None
    if alive != workers:
        raise Failure(f"{kind} shows {alive} workers ALIVE after the hold, not {workers}")
    return resident, used


def hold_1k(kind, binaries, scale):
    resident, cpu = _hold(kind, binaries, scale, 1000, 0)
    return {"rss_1k": resident, "cpu_1k": cpu}


def hold_1k_apps(kind, binaries, scale):
    return {"rss_1k_apps": _hold(kind, binaries, Scale(5, 2, 0), 1000, 1000)[0]}


def hold_10k(kind, binaries, scale):
    resident, cpu = _hold(kind, binaries, scale, 10000, 0)
    return {"rss_10k": resident, "cpu_10k": cpu}


def hold_10k_apps(kind, binaries, scale):
    return {"rss_10k_apps": _hold(kind, binaries, Scale(5, 2, 0), 10000, 1000)[0]}


def schedule(kind, binaries, scale):
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "schedule", "--workers", 1000, "--cores", 8, "--apps", 1100, "--warm-up", 100,
                 "--pid", master.pid, limit=scale.spark_limit) as load:
        figures = load.line()
    return {"schedule": figures["all_granted_ms"], "schedule_running": figures["all_running_ms"],
            "schedule_cpu": figures["master_cpu_counted_s"] * 1000}


def end(kind, binaries, scale):
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "schedule", "--workers", 1000, "--apps", 100, "--end", limit=scale.spark_limit) as load:
        return {"end": load.line()["all_ended_ms"]}


def schedule_waiting(kind, binaries, scale):
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "schedule", "--apps-first", "--workers", 1000, "--cores", 4, "--apps", 1000,
                 "--pid", master.pid, limit=scale.spark_limit) as load:
        figures = load.line()
    return {"schedule_waiting": figures["all_granted_ms"], "schedule_waiting_running": figures["all_running_ms"],
            "schedule_waiting_cpu": figures["master_cpu_counted_s"] * 1000}


def one_application(kind, binaries, scale):
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "schedule", "--workers", 10000, "--apps", 300, "--warm-up", 50, "--one-by-one",
                 limit=scale.spark_limit) as load:
        figures = load.line()
    return {"one_app_p50": figures["granted_p50_ms"], "one_app_p99": figures["granted_p99_ms"]}


def _delay_of_livez(master, seconds):
    """p99 of /livez, asked every 5 ms over one connection."""
    client, times = PageClient(master.web_port, "/livez"), []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        times.append(client.get())
        time.sleep(0.005)
    return percentile(times, 99) * 1000


def pages(kind, binaries, scale):
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "hold", "--workers", 1000, "--apps", 500, "--seconds", 600,
                 limit=scale.spark_limit + 600) as load:
        load.line()
        time.sleep(scale.settle_seconds)
        read_pages(master.web_port, "/json/", 4, scale.settle_seconds)  # the JVM warms up
        count, times = read_pages(master.web_port, "/json/", 4, scale.hold_seconds / 3)
        load.stop()
        load.line()
    return {"pages": count / (scale.hold_seconds / 3), "pages_p50": percentile(times, 50) * 1000}


def pages_delay(kind, binaries, scale):
    seconds = scale.hold_seconds / 3
    with started(kind, "NONE", binaries) as master, \
            Load(binaries, master, "hold", "--workers", 10000, "--apps", 1000, "--seconds", 600, limit=720) as load:
        load.line()
        time.sleep(scale.settle_seconds)
        figures = {"pages_idle_p99": _delay_of_livez(master, seconds)}
        with Readers(master.web_port, "/json/", 4) as readers:
            figures["pages_busy_p99"] = _delay_of_livez(master, seconds)
        if not readers.count():
            raise Failure("no page was answered")
        slices = slice_bounds(master.web_port)
        figures["pages_slice"], figures["pages_slice_worst"] = (1000 * bound for bound in slices)
        load.stop()
        load.line()
    return figures


BOTH = ("pilotlight", "spark")
OURS = ("pilotlight",)

# name: (function, which masters, rounds of a full run, rounds of a quick run)
MEASUREMENTS = {
    "start": (start, BOTH, 7, 2),
    "register-none": (register_none, BOTH, 5, 2),
    "register-filesystem": (register_filesystem, BOTH, 5, 2),
    "register-none-10k": (register_none_10k, OURS, 5, 1),
    "register-bare-10k": (register_bare_10k, OURS, 5, 1),
    "register-filesystem-10k": (register_filesystem_10k, OURS, 5, 1),
    "hold-1k": (hold_1k, BOTH, 3, 1),
    "hold-1k-apps": (hold_1k_apps, BOTH, 3, 1),
    "hold-10k": (hold_10k, OURS, 3, 1),
    "hold-10k-apps": (hold_10k_apps, OURS, 3, 1),
    "schedule": (schedule, BOTH, 3, 1),
    "schedule-waiting": (schedule_waiting, BOTH, 3, 1),
    "end": (end, BOTH, 3, 1),
    "one-application": (one_application, OURS, 3, 1),
    "pages": (pages, BOTH, 3, 1),
    "pages-delay": (pages_delay, OURS, 3, 1),
}
