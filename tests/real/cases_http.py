"""What people and scripts do over HTTP: Spark's own tools against the REST protocol, kills by curl-like posts."""

import json
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

from cases import case
from cluster import app_of, wait_for_round
from harness import PATIENCE, check, most_descriptors, wait_for


LOG_ALL = """rootLogger.level = info
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
# spark-submit itself hides what is less than a warning, except of loggers that are named.
logger.rest.name = org.apache.spark.deploy.rest.RestSubmissionClient
logger.rest.level = info
"""


def _post(url, body):
    """Status and text of a POST, as curl sends it; redirects are followed."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body.encode()), timeout=15) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _submit_tool(cluster, what, driver):
    """spark-submit --status or --kill through the RPC port; its output, which is a log of level INFO."""
    spark = cluster.spark
    conf = cluster.lab.folder / "logs-all"
    conf.mkdir(exist_ok=True)
    (conf / "log4j2.properties").write_text(LOG_ALL, encoding="utf-8")
    tool = cluster.lab.start(f"tool{what}-{driver}", [spark.tool("spark-submit"), "--master", cluster.url, what, driver],
                             spark.environment(SPARK_CONF_DIR=conf))
    tool.wait(60, expect=None)
    return tool.text()


@case("short", ours=True)
def spark_submit_asks_and_kills_over_rest(scene):
    cluster = scene.cluster()
    driver = cluster.submit_driver("TestDriver", "hang")
    cluster.wait_for_driver(driver, "RUNNING", 60)
    text = _submit_tool(cluster, "--status", driver)
    check('"driverState" : "RUNNING"' in text, f"spark-submit --status says:\n{text}")
    text = _submit_tool(cluster, "--kill", driver)
    check('"action" : "KillSubmissionResponse"' in text and '"success" : true' in text, f"spark-submit --kill says:\n{text}")
    cluster.wait_for_driver(driver, "KILLED", 30)
    text = _submit_tool(cluster, "--status", "driver-20200101000000-0000")
    # That is how Spark's client calls an answer without success.
    check("unexpected type SubmissionStatusResponse" in text, f"spark-submit --status of an unknown driver says:\n{text}")
    cluster.wait_until_idle()


@case(ours=True)
def an_application_is_killed_over_http(scene):
    cluster = scene.cluster()
    for url, body in ((f"http://127.0.0.1:{cluster.web_port}/app/kill/", "id={app}&terminate=true"),
                      (f"http://127.0.0.1:{cluster.port}/api/kill", '{{"kind":"app","id":"{app}"}}')):
        job = cluster.client_job("rounds.py", "4", "50", cluster.path("stop"))
        wait_for_round(job, 1, 60, [cluster.master])
        status, text = _post(url, body.format(app=app_of(job)))
        check(status == 200, f"{url} answered {status}: {text}")
        row = cluster.app_row(app_of(job))
        check(row["state"] == "KILLED", f"the next look after the answer shows {row['state']}")
        job.wait(30, expect=None)
        cluster.wait_until_idle()


@case(ours=True)
def both_ports_show_the_cluster(scene):
    cluster = scene.cluster()
    for port in (cluster.port, cluster.web_port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/cluster", timeout=10) as answer:
            document = json.load(answer)
        check(document["role"] == "leader" and document["totals"]["workers_alive"] == 2, f"/cluster says {document}")
        check(not [finding for finding in document["findings"] if finding["severity"] == "critical"],
              f"/cluster finds {document['findings']}")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            check(b'pilotlight_workers{state="ALIVE"} 2\n' in answer.read(), "/metrics does not count two workers")


@case(ours=True)
def a_worker_is_decommissioned_by_a_post(scene):
    cluster = scene.own_cluster("decommission")
    status, text = _post(f"http://127.0.0.1:{cluster.web_port}/workers/kill/",
                         urllib.parse.urlencode({"host": "127.0.0.1"}))
    check(status == 405, f"/workers/kill/ answered {status} though spark.decommission.enabled is false: {text}")
    wait_for("both workers to live on", lambda: len(cluster.alive_workers()) == 2, 5)


@case(ours=True)
def idle_http_connections_disturb_nobody(scene):
    with most_descriptors():
        _hold_idle_http_connections(scene.cluster())


def _hold_idle_http_connections(cluster):
    before = {worker["id"]: worker["lastheartbeat"] for worker in cluster.alive_workers()}
    sockets, slowest = [], 0.0
    try:
        for number in range(5000):
            idle = socket.create_connection(("127.0.0.1", cluster.port), timeout=10)
            # A third says nothing more after a request, a third stops within one, a third after its first bytes.
            idle.sendall((b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n", b"GET /livez HTTP/1.1\r\nHost: h\r\nX-Slow: ", b"GET ")[number % 3])
            sockets.append(idle)
        deadline = time.monotonic() + 25

        def heard():
            return all(worker["lastheartbeat"] > before[worker["id"]] for worker in cluster.alive_workers())

        while time.monotonic() < deadline and not heard():
            begun = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{cluster.web_port}/livez", timeout=5) as answer:
                answer.read()
            slowest = max(slowest, time.monotonic() - begun)
            time.sleep(0.1)
        check(heard() and len(cluster.alive_workers()) == 2, "no heartbeat was heard in 25 s beside 5,000 idle connections")
        check(slowest < PATIENCE, f"/livez took {slowest:.2f} s beside 5,000 idle connections")
    finally:
        for idle in sockets:
            idle.close()
    cluster.check_master()
