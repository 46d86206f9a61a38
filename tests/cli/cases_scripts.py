"""start-master.sh and stop-master.sh in place of Spark's: options, words, files and exit codes."""

import os
import re
import subprocess
import urllib.request

from path import cluster, harness  # isort: skip  first: it makes the others importable

from harness import PATIENCE, check, free_port, wait_for
from pilot import environment
from stage import case

SBIN = harness.REPOSITORY / "packaging" / "sbin"
CLASS = "org.apache.spark.deploy.master.Master"
NAME = f"spark-me-{CLASS}-1"


class _Scripts:
    """Logs, pid files and spark-env.sh below one folder; the ports are in spark-env.sh."""

    def __init__(self, folder):
        self.folder, self.port, self.web_port = folder, free_port(), free_port()
        self.pid, self.log = folder / "pids" / f"{NAME}.pid", folder / "logs" / f"{NAME}-{os.uname().nodename}.out"
        (folder / "conf").mkdir(parents=True)
        (folder / "conf" / "spark-env.sh").write_text(
            f"SPARK_MASTER_HOST=127.0.0.1\nSPARK_MASTER_PORT={self.port}\nSPARK_MASTER_WEBUI_PORT={self.web_port}\n", encoding="ascii")
        self.variables = environment(SPARK_LOG_DIR=folder / "logs", SPARK_PID_DIR=folder / "pids", SPARK_CONF_DIR=folder / "conf",
                                     SPARK_IDENT_STRING="me", SPARK_LOCAL_IP="127.0.0.1", PILOTLIGHT=cluster.BINARY)

    def run(self, script, *words, code=0, says=None):
        done = subprocess.run([SBIN / script, *map(str, words)], env=self.variables, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20 * PATIENCE, check=False)
        said = done.stdout + done.stderr
        check(done.returncode == code, f"{script} {words} ended with {done.returncode}, expected {code}: {said}")
        check(says is None or re.search(says, said, re.MULTILINE), f"{script} {words} does not say {says!r}: {said}")
        return done.stdout

    def status(self, code, says):
        self.run("pilotlight-daemon.sh", "status", CLASS, "1", code=code, says=says)


@case
def start_and_stop_scripts_are_as_sparks(stage):
    scripts = _Scripts(stage.folder / "scripts")
    scripts.status(2, f"^{CLASS} not running")
    scripts.run("start-master.sh", "--help", code=1, says="^Usage: ./sbin/start-master.sh")
    properties = scripts.folder / "my.conf"
    properties.write_text(f"spark.deploy.recoveryMode FILESYSTEM\nspark.deploy.recoveryDirectory {scripts.folder}/records\n", encoding="ascii")
    said = scripts.run("start-master.sh", "--properties-file", properties)
    try:
        check(said.split()[-1] == str(scripts.log) and scripts.log.exists(), f"the last word is not the log: {said}")
        wait_for("the master to serve", lambda: "New state: ALIVE" in scripts.log.read_text(encoding="utf-8"), 10)
        with urllib.request.urlopen(f"http://127.0.0.1:{scripts.web_port}/cluster", timeout=10) as answer:
            check(b'"recovery_mode" : "FILESYSTEM"' in answer.read(), "the properties file does not count")
        scripts.status(0, f"^{CLASS} is running")
        scripts.run("start-master.sh", code=1, says=rf"^{CLASS} running as process {scripts.pid.read_text().strip()}\.  Stop it first")
    finally:
        scripts.run("stop-master.sh", says=f"^stopping {CLASS}$")
    check(not scripts.pid.exists(), "the pid file stays")
    scripts.run("stop-master.sh", says=f"^no {CLASS} to stop$")


@case
def a_start_that_fails_says_why(stage):
    scripts = _Scripts(stage.folder / "scripts-failed")
    said = scripts.run("start-master.sh", "--prot", "7078")
    check("failed to launch: nice -n 0" in said and f"full log in {scripts.log}" in said, f"a failed start says {said}")
    check("did you mean '--port'?" in said, f"the reason is not shown: {said}")
    scripts.status(1, "file is present but")
    scripts.run("stop-master.sh", says=f"^no {CLASS} to stop$")
    (scripts.folder / "none.conf").write_text("spark.deploy.recoveryMode ZOOKEPER\n", encoding="ascii")
    scripts.run("start-master.sh", "--properties-file", scripts.folder / "none.conf", says="ZOOKEEPER")
    check(scripts.log.with_suffix(".out.1").exists(), "the older log is not kept")
    for words in (["pilotlight-daemon.sh"], ["pilotlight-daemon.sh", "restart", CLASS, "1"]):
        scripts.run(*words, code=1, says="^Usage: pilotlight-daemon.sh ")
