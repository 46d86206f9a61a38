"""The images: made from nothing, small, not root; the entrypoint's words, mistakes, secrets and signals."""

import re
import time

from world import ROOT, Container, case, check, must, must_say, run, wait_until


@case()
def image_base_is_there():
    must("docker/base-image", seconds=300)
    must("docker/base-image", seconds=20)  # a second time it has nothing to do


@case(short=False, needs="image_base_is_there")
def image_from_the_sources():
    """The build that users have: everything compiled inside. The images stay for the other cases."""
    must("docker/images", seconds=1800)


@case(needs="image_base_is_there")
def image_with_the_binary_of_this_checkout():
    text = must("docker/images", "--local", seconds=900)
    for name, limit in (("pilotlight", 200), ("pilotlight-spark", 900)):
        size = int(must("docker", "image", "inspect", "-f", "{{.Size}}", name)) / 1e6
        print(f"     {name}: {size:.0f} MB")
        check(size < limit, f"{name} has {size:.0f} MB; {limit} are the limit\n{text[-500:]}")
        user = must("docker", "image", "inspect", "-f", "{{.Config.User}}", name).strip()
        check(user == "185", f"{name} runs as {user!r}")


def refused(code, patterns, *options, image="pilotlight", words=()):
    done = run("docker", "run", "--rm", *options, image, *words, seconds=30)
    check(done.code == code, f"{options} {words}: ended with {done.code}, not {code}:\n{done.text}")
    for pattern in patterns:
        must_say(pattern, done.text, f"{options} {words}")


def variables(**values):
    return [word for name, value in values.items() for word in ("-e", f"{name}={value}")]


@case(needs="image_with_the_binary_of_this_checkout")
def entrypoint_names_all_mistakes_at_once():
    refused(64, ["SPARK_MODE=mastr: must be"], *variables(SPARK_MODE="mastr"))
    refused(64, ["mastr: is neither a mode"], words=["mastr"])
    refused(64, ["keep one of the two ways"], *variables(SPARK_MODE="master", START_MASTER="true"))
    refused(78, ["2 mistakes", "START_WORKER=perhaps", "SPARK_SSL_ENABLED=yes: Pilotlight does not speak it yet"],
            *variables(START_WORKER="perhaps", SPARK_SSL_ENABLED="yes"))
    refused(78, ["there is no Spark in this image"], *variables(SPARK_MODE="worker", SPARK_MASTER_URL="spark://m1:7077"))
    refused(78, ["6 mistakes", "SPARK_MASTER_URL=http://m1", "SPARK_WORKER_CORES=many", "SPARK_WORKER_MEMORY=2 G",
                 "SPARK_WORKER_WEBUI_PORT=80810", "SPARK_DAEMON_MEMORY_FILE: /nowhere", "SPARK_WORKER_PORT and SPARK_WORKER_PORT_FILE"],
            *variables(SPARK_MODE="Worker", SPARK_MASTER_URL="http://m1", SPARK_WORKER_CORES="many", SPARK_WORKER_MEMORY="2 G",
                       SPARK_WORKER_WEBUI_PORT="80810", SPARK_DAEMON_MEMORY_FILE="/nowhere", SPARK_WORKER_PORT="1",
                       SPARK_WORKER_PORT_FILE="/etc/hostname"), image="pilotlight-spark")
    refused(78, ["ZOO_MY_ID=300", "'zk1' must be server.N="],
            *variables(SPARK_MODE="zookeeper", ZOO_MY_ID="300", ZOO_SERVERS="zk1"), image="pilotlight-spark")
    refused(78, ["4 mistakes", "SPARK_MASTER_URL: is not set", "SPARK_DRIVER_MEMORY=lots", "SPARK_EVENTLOG_ENABLED=perhaps",
                 "SPARK_MASTER_PORT=port"],
            *variables(SPARK_MODE="submit", SPARK_DRIVER_MEMORY="lots", SPARK_EVENTLOG_ENABLED="perhaps", SPARK_MASTER_PORT="port"),
            image="pilotlight-spark")
    refused(78, ["SPARK_EVENTLOG_DIR=logs: must be an absolute path"],
            *variables(SPARK_MODE="submit", SPARK_MASTER_URL="spark://m1", SPARK_EVENTLOG_ENABLED="true", SPARK_EVENTLOG_DIR="logs"),
            image="pilotlight-spark")
    refused(78, ["is not a folder in this container, and uid 185 cannot make it"],
            *variables(SPARK_MODE="history", SPARK_HISTORY_LOG_DIR="/nowhere"), image="pilotlight-spark")
    # Its own and the configuration's mistakes stand in one list; without its own, the master lists what is wrong.
    refused(78, ["2 mistakes", "SPARK_RPC_AUTHENTICATION_ENABLED", "spark.deploy.recoveryMode = FOO"],
            *variables(SPARK_RPC_AUTHENTICATION_ENABLED="true", SPARK_RECOVERY_MODE="FOO"))
    refused(78, ["the configuration has 2 mistakes", "recoveryMode = FOO", "SPARK_MASTER_PORT"],
            *variables(SPARK_DAEMON_JAVA_OPTS="-Dspark.deploy.recoveryMode=FOO", SPARK_MASTER_PORT="77777"))


def logs(container):
    return run("docker", "logs", container.name).text


@case(needs="image_with_the_binary_of_this_checkout")
def entrypoint_starts_a_master_that_is_restrained_and_stops_at_term():
    with Container("m", "pilotlight", options=["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt",
                                               "no-new-privileges", "-e", "SPARK_MASTER_OPTS=-Dspark.worker.timeout=30"]) as master:
        wait_until("ALIVE", lambda: "New state: ALIVE" in logs(master), 15)
        wait_until("healthy", lambda: must("docker", "inspect", "-f", "{{.State.Health.Status}}", master.name).strip() == "healthy", 30)
        check(master.must("cat /proc/1/comm").strip() == "tini", "the first process is not tini")
        check("185" in master.must("grep ^Uid: /proc/self/status"), "it runs as root")
        began = time.monotonic()
        must("docker", "stop", master.name)
        check(time.monotonic() - began < 5, "docker stop took as long as a kill")
        must_say("RECEIVED SIGNAL TERM", logs(master), "the log")
        check(must("docker", "inspect", "-f", "{{.State.ExitCode}}", master.name).strip() == "0", "its exit status is not 0")


@case(needs="image_with_the_binary_of_this_checkout")
def entrypoint_takes_secrets_from_files_and_shows_them_to_nobody():
    secret = ROOT / "build" / "docker-test-secret"
    secret.write_text("a-secret-of-forty-characters-for-this-test\n", encoding="ascii")
    secret.chmod(0o644)
    options = ["-v", f"{secret}:/run/secrets/cluster:ro", "-v", f"{secret}:/run/secrets/port:ro"]
    with Container("s", "pilotlight", "-c", "pilotlight.log.level=debug",
                   options=[*options, "-e", "PILOTLIGHT_CLUSTER_SECRET_FILE=/run/secrets/cluster"]) as master:
        wait_until("ALIVE", lambda: "New state: ALIVE" in logs(master), 15)
        must_say("secretFile=/run/secrets/cluster", master.must("tr '\\0' ' ' </proc/[1-9]*/cmdline | cat; cat /proc/[1-9]*/cmdline"), "argv")
    with Container("t", "pilotlight", options=["-e", "PILOTLIGHT_CLUSTER_SECRET=another-secret-of-this-test"]) as master:
        wait_until("ALIVE", lambda: "New state: ALIVE" in logs(master), 15)
        seen = master.must("cat /proc/[1-9]*/cmdline; for e in /proc/[1-9]*/environ; do "
                           "case $(tr '\\0' ' ' <${e%environ}cmdline) in 'pilotlight master'*) cat $e;; esac; done") + logs(master)
        check("another-secret" not in seen, "the secret is visible")
    secret.unlink()


@case(short=False, needs="image_with_the_binary_of_this_checkout")
def entrypoint_sources_spark_env_and_knows_older_ways():
    with Container("e", "pilotlight", "sleep", "300") as box:
        box.must("printf 'SPARK_MASTER_PORT=7177\\n' >/tmp/spark-env.sh; SPARK_CONF_DIR=/tmp entrypoint pilotlight version")
        text = box.must("SPARK_CONF_DIR=/tmp timeout 2 entrypoint master 2>&1 || true")
        must_say(r"service 'sparkMaster' on port 7177", text, "a master with spark-env.sh")
    with Container("b", "pilotlight-spark", options=variables(START_MASTER="TRUE", START_WORKER="true", SPARK_WORKER_MEMORY="1g")) as both:
        wait_until("the worker to be registered", lambda: "Registering worker" in logs(both), 40)
    with Container("c", "pilotlight-spark", "/opt/spark/bin/spark-class", "org.apache.spark.deploy.master.Master", "--port", "7099") as master:
        wait_until("ALIVE", lambda: re.search(r"Starting Spark master at spark://c:7099", logs(master)), 15)
    with Container("d", "pilotlight-spark", "bash", "-c", "start-master.sh && tail -f /opt/spark/logs/*") as master:
        wait_until("ALIVE", lambda: "New state: ALIVE" in logs(master), 15)
        must_say("^stopping org.apache.spark.deploy.master.Master", master.must("stop-master.sh"), "stop-master.sh")
