"""A crowd of simulated workers and applications (benchmarks/load) that follow whoever leads, over real sockets.

The generator says what has happened in lines of JSON, and complains of whatever must not happen: an executor that is given twice,
lost or killed, a second id for an application. A complaint ends the wait for its next word.
"""

import json
import os
import re
import signal
import urllib.request
from pathlib import Path

from harness import REPOSITORY, Failure, check, wait_for

LOAD = Path(os.environ.get("LOAD", REPOSITORY / "build" / "release" / "benchmarks" / "load" / "pilotlight_load")).resolve()
_EXECUTOR = re.compile(r'href="(http://[^/"]+)/logPage/\?appId=[^&"]+&(?:amp;)?executorId=(\d+)&')


def events(process, name):
    """What a generator has said so far under this name. One that complains has failed."""
    lines = [json.loads(line) for line in process.text().splitlines() if line.startswith("{") and line.endswith("}")]
    for line in lines:
        if line.get("complaint_count"):
            raise Failure(f"{process.name}: {line['complaints'][:3]}")
    return [line for line in lines if line["event"] == name]


class Crowd:
    """Registers at once. `leader` is whom it is told of first; `options` are the generator's: workers, apps, cores …"""

    def __init__(self, cluster, leader, name="crowd", **options):
        check(LOAD.exists(), f"{LOAD} is not there; run: cmake --build --preset release --target pilotlight_load")
        self.cluster = cluster
        masters = [leader, *(master for master in cluster.masters if master is not leader)]
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        self.process = cluster.lab.start(
            name, [LOAD, "failover", "--master", ",".join(f"{one.host}:{one.port}" for one in masters), "--spark",
                   cluster.spark.release, "--timeout", 3600, *words], os.environ | {})

    def wait_for(self, event, count=1, seconds=60):
        """The figures of the count-th event of this name."""
        wait_for(f"{self.process.name} to say {event!r} {count} times",
                 lambda: len(events(self.process, event)) >= count, seconds, [self.process, self.cluster.master])
        return events(self.process, event)[count - 1]

    def renew_executors(self):
        """The oldest executor of each application ends; returns when all have been replaced, by ids that were never given."""
        renewals = len(events(self.process, "renewed"))
        self.process.kill(signal.SIGUSR1)
        return self.wait_for("renewed", renewals + 1)

    def check_well(self):
        events(self.process, "ended")
        check(self.process.running(), f"{self.process.name} has ended; log {self.process.log}")


def executors_on_pages(master):
    """{(application, executor): the worker's page} of those that run, from the page of each application."""
    found = {}
    for row in master.state(20)["activeapps"]:
        with urllib.request.urlopen(f"http://{master.host}:{master.web_port}/app/?appId={row['id']}", timeout=20) as answer:
            page = answer.read().decode("utf-8")
        for line in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL):
            if (executor := _EXECUTOR.search(line)) and ">RUNNING<" in line:
                found[row["id"], int(executor.group(2))] = executor.group(1)
    return found
