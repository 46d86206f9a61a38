#!/usr/bin/env python3
"""Compares /json/ of Spark's own Master with ours: tools/json_compare.py [release]. Both get a worker, an application that runs and
one that has ended, and drivers that have ended, run and wait for a worker. Not compared: what a JVM counts of itself. Prints each
difference of keys, order or types, and `N differences`; exit status 0 when only our own keys after `status` are left. PILOTLIGHT
names the binary, build/pilotlight by default."""

import json
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "real"))

import cluster as real  # noqa: E402
import suite  # noqa: E402
from harness import Lab, stop_on_signals, wait_for  # noqa: E402

OURS = {"epoch", "leader", "held", "commit", "masters", "zookeeper", "failovers"}
PATHS = ("/json/", "/metrics/master/json", "/metrics/applications/json")
SINCE_4 = ("/json/clusterutilization", "/json/workers", "/json/activeapps", "/json/status", "/json/nosuchfield")
# What a JVM counts of code that no Master runs: always 0.
JVM = ("$.counters.HiveExternalCatalog.", "$.histograms.CodeGenerator.")


def shape(value, where="$"):
    """[(path, type)] in the order of the document, each once; what the elements of a list have stands below `[]`."""
    if isinstance(value, dict):
        # Keys that hold names of applications and times are not the document's own.
        names = [(key, ".".join("*" if part.isdigit() else part for part in key.split("."))) for key in value]
        return [(where, "object")] + [entry for key, name in names for entry in shape(value[key], f"{where}.{name}")]
    if isinstance(value, list):
        return [(where, "list"), *dict.fromkeys(entry for one in value for entry in shape(one, f"{where}[]"))]
    return [(where, type(value).__name__)]


def look(web_port, path):
    """Status, type and document of a path; of `/` redirects the target."""
    with urllib.request.urlopen(f"http://127.0.0.1:{web_port}{path}", timeout=10) as answer:
        return answer.status, answer.headers["Content-Type"], json.load(answer)


def paths_of(release):
    return PATHS + (() if release.startswith("3.") else SINCE_4)


def gather(release, own, folder):
    """{path: (status, type, document)} of one master in the state that the docstring describes."""
    real.SPARKS_OWN_MASTER = own
    lab = Lab(folder / ("spark" if own else "pilotlight"))
    try:
        cluster = real.Cluster(lab, real.Spark(release))
        cluster.add_worker(cores=4)
        cluster.wait_for_workers()
        driver = cluster.submit_driver("TestDriver", "exit", "3")
        cluster.wait_for_driver(driver, "FAILED", 90)
        cluster.wait_for_driver(cluster.submit_driver("TestDriver", "hang"), "RUNNING", 90)
        cluster.wait_for_driver(cluster.submit_driver("TestDriver", "hang", conf={"spark.driver.cores": "64"}), "SUBMITTED", 30)
        for name in ("ended", "running"):
            stop = cluster.path("stop")
            job = cluster.client_job("rounds.py", "4", "50", stop, name=name, cores=2)
            real.wait_for_round(job, 1, 90)
            if name == "ended":
                stop.touch()
                wait_for("it to end", lambda: cluster.state()["completedapps"], 60)
        return {path: look(cluster.web_port, path) for path in paths_of(release)}
    finally:
        lab.end()


def main():
    stop_on_signals()
    release = sys.argv[1] if len(sys.argv) > 1 else "3.5.9"
    folder = suite.own_folder("json_compare")
    theirs, ours = gather(release, True, folder), gather(release, False, folder)
    differences = 0

    def tell(text):
        nonlocal differences
        differences += 1
        print(text)

    for path in paths_of(release):
        if theirs[path][:2] != ours[path][:2]:
            tell(f"{path}: Spark answers {theirs[path][:2]}, we {ours[path][:2]}")
        wanted = [entry for entry in shape(theirs[path][2]) if not entry[0].startswith(JVM)]
        found = shape(ours[path][2])
        found = [entry for entry in found if entry[0].split(".")[1:2] == [] or
                 entry[0].split(".")[1].rstrip("[]") not in OURS or path != "/json/"]
        for entry in wanted:
            if entry not in found:
                tell(f"{path}: only Spark has {entry[0]} ({entry[1]})")
        for entry in found:
            if entry not in wanted:
                tell(f"{path}: only we have {entry[0]} ({entry[1]})")
        common = [entry for entry in wanted if entry in found]
        if common != [entry for entry in found if entry in wanted]:
            tell(f"{path}: the order differs")
    print(f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
