"""Docker and compose as child processes: v2 where it is there, else v1. A job is spark-submit in a container of its own."""

import functools
import os
import re
import subprocess
import tempfile
from pathlib import Path

# Factor of all limits, for machines that do other things at the same time; what is waited for ends a wait at once.
PATIENCE = float(os.environ.get("PATIENCE", "1"))
PROJECT = os.environ.get("COMPOSE_PROJECT_NAME", "pilotlight")
FOLDER = Path(__file__).resolve().parents[1]
EXAMPLES = "/opt/spark/examples/jars/pilotlight-examples.jar"
# Small enough for the smallest worker of .env.example, and for several at once.
SMALL = ["--conf", "spark.executor.memory=512m", "--conf", "spark.driver.memory=512m", "--conf", "spark.ui.showConsoleProgress=false"]


def publish_address():
    """PUBLISH_ADDRESS as compose sees it: of the environment, else of .env."""
    if said := os.environ.get("PUBLISH_ADDRESS"):
        return said
    file = FOLDER / ".env"
    found = re.search(r"(?m)^PUBLISH_ADDRESS=[\"']?([^\s\"']+)", file.read_text(encoding="utf-8")) if file.exists() else None
    return found.group(1) if found else "127.0.0.1"


# Where this machine reaches what is published.
HOST = "127.0.0.1" if publish_address() == "0.0.0.0" else publish_address()


def docker(*words, check=True):
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=check)


@functools.lru_cache(maxsize=None)
def compose():
    v2 = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    return ["docker", "compose"] if v2 else ["docker-compose"]


def state_of(container):
    """`running healthy`, `running starting`, `exited`, …; `not there`."""
    done = docker("inspect", "-f", "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}", container, check=False)
    return done.stdout.strip() if done.returncode == 0 else "not there"


class Job:
    """A running spark-submit; what it prints goes into a file that is gone with it."""

    def __init__(self, command):
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)

    def text(self):
        self.output.seek(0)
        return self.output.read().decode("utf-8", errors="replace")

    def running(self):
        return self.process.poll() is None

    def finish(self, seconds):
        """(what it printed, its exit status); the status is None when it had to be ended."""
        try:
            code = self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            code = None
        return self.text(), code


def submit(deploy_mode, *options, class_name=None, application=EXAMPLES, arguments=(), tasks=False):
    """Starts spark-submit in the compose cluster. `tasks`: small executors, so that any worker has room for several."""
    words = [*compose(), "run", "--rm", "-T", "submit", "--deploy-mode", deploy_mode, *(SMALL if tasks else []), *options]
    words += ["--class", class_name] if class_name else []
    return Job([*words, application, *map(str, arguments)])
