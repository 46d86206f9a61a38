"""Every variable of docker/.env.example: another value is written into .env, and its effect is looked for where it must show."""

import json
import re
from urllib.request import urlopen

from world import COMPOSE, ENV_FILE, HOST, ROOT, case, check, make, must, must_say, run, wait_until

OTHER = {
    "SPARK_IMAGE": "pilotlight-spark:of-the-test",
    # The whole of 127.0.0.0/8 is this machine; the cases of this file ask at HOST, which is taken from the environment when it is there.
    "PUBLISH_ADDRESS": HOST,
    "SPARK_MASTER_PORT": "7177",
    "SPARK_MASTER_WEBUI_PORT": "8180",
    "SPARK_MASTER_URL": "spark://spark-master-3,spark-master-2:7177,spark-master-1",
    "SPARK_WORKER_CORES": "1",
    "SPARK_WORKER_MEMORY": "1536M",
    "SPARK_WORKER_WEBUI_PORT": "8181",
    "SPARK_DRIVER_MEMORY": "640m",
    "SPARK_RECOVERY_MODE": "ZOOKEEPER",
    "SPARK_ZK_URL": "zookeeper-3:2181",
    "SPARK_ZK_DIR": "/elsewhere/spark",
    "SPARK_EVENTLOG_ENABLED": "true",
    "SPARK_EVENTLOG_DIR": "/opt/spark/spark-events/team",
    "SPARK_HISTORY_LOG_DIR": "/opt/spark/spark-events/team",
    "SPARK_HISTORY_RETAINED_APP": "7",
    "SPARK_HISTORY_UI_PORT": "18180",
    "ZOO_SERVERS": " ".join(f"server.{n}=zookeeper-{n}:2889:3889;2181" for n in (1, 2, 3)),
}
# What a driver has been told, said by itself.
TOLD = """from pyspark.sql import SparkSession
spark = SparkSession.builder.appName('told').getOrCreate()
for key in ('spark.master', 'spark.driver.memory', 'spark.eventLog.enabled', 'spark.eventLog.dir'):
    print('told', key, spark.conf.get(key, 'nothing'))
print('counted', spark.range(100).count())
"""
DOCUMENT = {}


def ask(port, path="/json/"):
    with urlopen(f"http://{HOST}:{port}{path}", timeout=3) as answer:
        return json.load(answer)


def succeeds(target, *words, seconds=240):
    done = make(target, *words, seconds=seconds)
    check(done.code == 0, f"make {target} {' '.join(words)}: ended with {done.code}:\n{done.text[-3000:]}")
    return done.text


def arguments_of(container, process):
    """The command line of the process in that container whose words have `process`."""
    lines = must("docker", "exec", container, "ps", "-eo", "args", "-ww").splitlines()
    return next((line for line in lines if process in line), "")


@case(short=False, needs="cluster_has_its_ports_to_itself")
def variables_are_all_tried():
    """The example file has no variable that this file does not know, and the cluster comes up with another value for each."""
    text = (ROOT / "docker" / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^([A-Z_]+)=", text))
    check(named == set(OTHER), f".env.example and this test differ: {named ^ set(OTHER)}")
    must("docker", "tag", "pilotlight-spark", OTHER["SPARK_IMAGE"])
    ENV_FILE.write_text("".join(f'{name}="{value}"\n' for name, value in OTHER.items()), encoding="utf-8")
    succeeds("up")
    DOCUMENT.update(ask(8080 + int(must("python3", "docker/cluster.py", "leader").strip()[-1]) - 1))


@case(short=False, needs="variables_are_all_tried")
def variables_of_masters_and_zookeeper():
    check(re.fullmatch(r"spark://spark-master-\d:7177", DOCUMENT["url"]), f"SPARK_MASTER_PORT: {DOCUMENT['url']}")
    mode = ask(8081, "/cluster")["recovery_mode"]
    check(mode == "ZOOKEEPER", f"SPARK_RECOVERY_MODE: {mode}")
    inspected = json.loads(must("docker", "inspect", "zookeeper-3"))[0]
    server = inspected["NetworkSettings"]["Networks"]["spark-network"]["IPAddress"]
    for number in (1, 2, 3):
        connected = set(re.findall(r"ZooKeeper: connected to ([\d.]+):2181", must("docker", "logs", f"spark-master-{number}")))
        check(connected == {server}, f"SPARK_ZK_URL: spark-master-{number} has spoken with {connected}; zookeeper-3 is {server}")
    # Docker looks every ten seconds: what has just come up is not healthy yet.
    must("python3", "docker/cluster.py", "settle", seconds=120)
    succeeds("health-check", seconds=60)
    must_say("^spark://spark-master-.:7177 leads", succeeds("status"), "make status")
    must_say("spark://spark-master-1:7177,", succeeds("ui"), "make ui")
    must_say("^/elsewhere/spark", succeeds("zk-data"), "make zk-data")
    must_say("server.2=zookeeper-2:2889:3889", must("docker", "exec", "zookeeper-1", "cat", "/data/zoo.cfg"), "zoo.cfg")


@case(short=False, needs="variables_are_all_tried")
def variables_of_workers():
    check(DOCUMENT["cores"] == 3 and DOCUMENT["memory"] == 3 * 1536, f"SPARK_WORKER_*: {DOCUMENT['cores']} cores, {DOCUMENT['memory']} MB")
    ports = {worker["webuiaddress"].rpartition(":")[2] for worker in DOCUMENT["workers"]}
    check(ports == {"8181"}, f"SPARK_WORKER_WEBUI_PORT: {ports}")
    line = arguments_of("spark-worker-2", "deploy.worker.Worker")
    must_say(r"spark://spark-master-3:7177,spark-master-2:7177,spark-master-1:7177$", line, "the worker's command line")
    image = must("docker", "inspect", "-f", "{{.Config.Image}}", "spark-worker-1").strip()
    check(image == OTHER["SPARK_IMAGE"], f"SPARK_IMAGE: the worker runs {image}")


@case(short=False, needs="variables_are_all_tried")
def variables_of_drivers_and_history():
    line = arguments_of("spark-history", "HistoryServer")
    must_say("-Dspark.history.retainedApplications=7 ", line, "the history server's command line")
    must_say("-Dspark.history.fs.logDirectory=/opt/spark/spark-events/team ", line, "the history server's command line")
    must_say("-Dspark.history.ui.port=18180 ", line, "the history server's command line")
    script = ROOT / "docker" / "apps" / "test_told.py"
    script.write_text(TOLD, encoding="utf-8")
    submit = ("submit-app", "APP=apps/test_told.py", "OPTIONS=--conf spark.executor.memory=512m")
    count = ("docker", "exec", "spark-history", "ls", "/opt/spark/spark-events/team")
    try:
        text = succeeds(*submit)
        for pattern in (r"spark.master spark://spark-master-3:7177,\S+", "spark.driver.memory 640m", "spark.eventLog.enabled true",
                        "spark.eventLog.dir /opt/spark/spark-events/team"):
            must_say(f"^told {pattern}$", text, "the driver")
        wait_until("the history server to show it", lambda: ask(18080, "/api/v1/applications"), 40)
        before = must(*count)
        check(before.strip(), "there is no event log in SPARK_EVENTLOG_DIR")
        done = run("make", "--no-print-directory", *submit, seconds=240, SPARK_EVENTLOG_ENABLED="false")
        must_say("^told spark.eventLog.enabled (nothing|false)$", done.text, "the driver without event logs")
        must_say("^counted 100$", done.text, "the driver without event logs")
        check(must(*count) == before, f"SPARK_EVENTLOG_ENABLED=false: there is a new event log:\n{before}{must(*count)}")
    finally:
        script.unlink()


@case(short=False, needs="variables_are_all_tried")
def variables_recovery_mode():
    """One master without ZooKeeper: it leads at once, and alone."""
    succeeds("down")
    must(*COMPOSE, "-f", "docker/compose.yaml", "up", "-d", "--no-deps", "spark-master-2", SPARK_RECOVERY_MODE="NONE")
    wait_until("it to lead", lambda: "New state: ALIVE" in run("docker", "logs", "spark-master-2").text, 20)
    check("ZooKeeper" not in must("docker", "logs", "spark-master-2"), "SPARK_RECOVERY_MODE=NONE: it speaks of ZooKeeper")


@case(short=False, needs="variables_are_all_tried")
def variables_are_forgotten():
    must("make", "-C", "docker", "clean", seconds=120)
    ENV_FILE.unlink()
    must("docker", "image", "rm", OTHER["SPARK_IMAGE"])
