"""The compose cluster: it comes up whole, runs jobs in all modes, outlives its leaders, keeps its state; every Makefile target."""

import json
import os
import re
import socket
import urllib.request

from world import COMPOSE, ENV_FILE, HOST, PATIENCE, PROJECT, ROOT, case, check, make, must, must_say, wait_until

UP = "cluster_quickstart"
# Generous: these machines build and test other things at the same time.
LIMIT = f"LIMIT_MS={3000 * PATIENCE:.0f}"


def ask(port, path="/json/"):
    with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=3) as answer:
        return json.load(answer)


def leader():
    return must("python3", "docker/cluster.py", "leader").strip()


def succeeds(target, *words, seconds=120, says=None):
    done = make(target, *words, seconds=seconds)
    check(done.code == 0, f"make {target} {' '.join(words)}: ended with {done.code}:\n{done.text[-3000:]}")
    if says:
        must_say(says, done.text, f"make {target}")
    return done.text


@case(needs="image_with_the_binary_of_this_checkout")
def cluster_compose_file_is_well_formed():
    succeeds("configure", says="well-formed")
    written = ENV_FILE.read_text(encoding="utf-8")
    check(written == (ROOT / "docker" / ".env.example").read_text(encoding="utf-8"), "configure wrote another file")
    must("make", "-C", "docker", "pull")
    with_env = must(*COMPOSE, "-f", "docker/compose.yaml", "config", PUBLISH_ADDRESS="")
    ENV_FILE.unlink()
    check(must(*COMPOSE, "-f", "docker/compose.yaml", "config", PUBLISH_ADDRESS="") == with_env, ".env.example is not what holds without it")


@case()
def cluster_has_its_ports_to_itself():
    """Where something else has one, this is the line that says so; with one taken, nothing is started."""
    must("python3", "docker/cluster.py", "room")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((HOST, 8082))
        other.listen()
        done = make("up")
    check(done.code != 0, f"make up: port 8082 is taken, and it went on:\n{done.text}")
    must_say(rf"^port 8082 of {HOST}, which spark-master-3 needs, is taken by .*pid {os.getpid()}$", done.text, "make up")
    must_say("^nothing was started", done.text, "make up")
    started = must("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}")
    check(not started, f"containers were started all the same: {started}")


@case(needs="cluster_has_its_ports_to_itself")
def cluster_quickstart():
    text = succeeds("quickstart", seconds=240, says=f"http://{re.escape(HOST)}:8080/")
    must_say("^PASS  the cluster is whole", text, "make quickstart")
    check(not re.search("(?m)^FAIL", text), f"quickstart has seen a part that failed:\n{text}")


@case(short=False, needs=UP)
def cluster_targets_that_look():
    must("python3", "docker/cluster.py", "settle", seconds=120)
    succeeds("status", says="ALIVE")
    succeeds("health-check", says="PASS  the cluster is whole")
    succeeds("ui", says=f"http://{re.escape(HOST)}:18080/")
    succeeds("top", says="spark-master-1")
    succeeds("logs", "LINES=5", says="zookeeper-1")
    succeeds("logs-zk", "LINES=5", says="zookeeper-3")
    succeeds("logs-master", says="I have been elected leader")
    succeeds("logs-worker", says="Successfully registered with master")
    succeeds("logs-history", says="HistoryServer")
    succeeds("watch-logs", "SECONDS=8", says="leader")
    for target in ("shell-master", "shell-worker", "shell-zk"):
        succeeds(target)  # no terminal: the shell ends at the end of its input
    succeeds("zk-status", says="Mode: leader")
    succeeds("zk-data", says="^/spark/")
    succeeds("zk-cli", "WORDS=ls /", says="zookeeper")
    succeeds("backup-zk", says="zookeeper-3")


@case(short=False, needs=UP)
def cluster_job_in_client_mode():
    succeeds("submit-pi", seconds=180, says="Pi is roughly 3.1")


@case(short=False, needs=UP)
def cluster_job_in_cluster_mode():
    succeeds("submit-pi-cluster", seconds=240, says=r"driver-\d{14}-\d{4} FINISHED")


@case(short=False, needs=UP)
def cluster_job_in_supervised_mode():
    succeeds("submit-pi-supervised", seconds=240, says=r"driver-\d{14}-\d{4} FINISHED")


@case(short=False, needs=UP)
def cluster_job_of_a_users_own():
    script = ROOT / "docker" / "apps" / "test_words.py"
    script.write_text("import sys\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.appName('words').getOrCreate()\n"
                      "print('counted', spark.range(int(sys.argv[1])).count())\n", encoding="utf-8")
    try:
        succeeds("submit-app", "APP=apps/test_words.py", "ARGS=1000", "OPTIONS=--conf spark.executor.memory=512m", seconds=180,
                 says="counted 1000")
        done = make("submit-app", "APP=apps/nothing.py")
        check(done.code != 0 and "is not there" in done.text, f"an application that is not there: {done.text}")
    finally:
        script.unlink()


@case(short=False, needs=UP)
def cluster_test_cluster():
    succeeds("test-cluster", seconds=240, says="PASS  the history server shows it")


@case(needs=UP)
def cluster_leader_is_killed_under_a_job():
    succeeds("test-failover", LIMIT, seconds=240, says="PASS  .* ms without a leader")


@case(short=False, needs=UP)
def cluster_leader_is_paused_under_a_job():
    succeeds("test-failover", "FAULT=pause", LIMIT, seconds=240, says="PASS  .* ms without a leader")


@case(short=False, needs=UP)
def cluster_leader_is_disconnected_under_a_job():
    # Docker takes the published port away first and the interface later: its own time is in this figure.
    succeeds("test-failover", "FAULT=disconnect", f"LIMIT_MS={6000 * PATIENCE:.0f}", seconds=240, says="PASS  .* ms without a leader")


@case(short=False, needs=UP)
def cluster_masters_are_stopped_and_started():
    for number in (1, 2, 3):
        succeeds(f"stop-master-{number}")
        others = {1, 2, 3} - {number}
        wait_until("another leader", lambda others=others: any(ask(8079 + other)["status"] == "ALIVE" for other in others), 20)
        succeeds(f"start-master-{number}")
        must("python3", "docker/cluster.py", "wait", "60", seconds=70)


@case(short=False, needs=UP)
def cluster_keeps_its_state_over_down_and_up():
    before = ask(8080 + int(leader()[-1]) - 1)
    finished = {app["id"] for app in before["completedapps"]}
    check(finished, "no application has been run before")
    succeeds("restart", seconds=240, says="leads, all masters and workers are there")
    after = ask(8080 + int(leader()[-1]) - 1)
    check(after["epoch"] > before["epoch"], f"epoch {before['epoch']} was not followed by a greater one: {after['epoch']}")
    lost = finished - {app["id"] for app in after["completedapps"]}
    check(not lost, f"completed applications are gone: {lost}")
    check(re.search("app-", json.dumps(ask(18080, "/api/v1/applications"))), "the history server has forgotten its applications")


@case(needs=UP)
def cluster_is_deleted():
    succeeds("down")
    must("make", "-C", "docker", "clean", seconds=120)
    for what, words in (("containers", ("ps", "-aq")), ("volumes", ("volume", "ls", "-q")), ("networks", ("network", "ls", "-q"))):
        left = must("docker", *words, "--filter", f"label=com.docker.compose.project={PROJECT}").split()
        check(not left, f"{what} are left: {left}")
