"""The two masters that are compared, started alike: Pilotlight and Spark's own Master, on loopback, in a clean environment.

A Master is started once, measured from outside (/proc), and ended by its process id, also after Ctrl-C (the kernel ends it when
this program is killed). Standard library only. Nothing here measures anything; that is measurements.py.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MASTER_CLASS = "org.apache.spark.deploy.master.Master"

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """Something that must be there is not; the text says what, and what to do."""


def die_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    """A port that is free now. Below the ephemeral range, so that no outgoing connection takes it meanwhile."""
    for _ in range(200):
        port = 20000 + int.from_bytes(os.urandom(2), "big") % 10000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failure("no free port was found between 20000 and 30000")


def clean_environment():
    """Nothing of the user's own Spark or Java options."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME", "TMPDIR") if name in os.environ}
    return kept | {"SPARK_LOCAL_IP": "127.0.0.1"}


class Binaries:
    """What is measured: our binary, the load generator, one Spark distribution."""

    def __init__(self, pilotlight, load, spark_home):
        self.pilotlight, self.load, self.spark_home = Path(pilotlight), Path(load), Path(spark_home)
        for path, remedy in ((self.pilotlight, "make build"), (self.load, "make bench"),
                             (self.spark_home / "bin" / "spark-class", "tools/deps run")):
            if not path.exists():
                raise Failure(f"{path} does not exist; run: {remedy}")
        self._java = None

    def spark_version(self):
        jars = sorted((self.spark_home / "jars").glob("spark-core_*.jar"))
        return jars[0].stem.rpartition("-")[2] if jars else self.spark_home.name

    def java_command(self):
        """Spark's Master without the launcher: the command line that spark-class itself comes to, asked for once."""
        if self._java is None:
            with Master("spark", "NONE", self, through_launcher=True) as master:
                master.wait_until_alive()
                words = Path(f"/proc/{master.pid}/cmdline").read_bytes().decode().split("\0")
            self._java = words[:words.index(MASTER_CLASS)]
        return self._java


class Master:
    """One running master. `kind` is "pilotlight" or "spark"; `recovery` NONE or FILESYSTEM, into a new folder."""

    def __init__(self, kind, recovery, binaries, through_launcher=False):
        self.kind, self.recovery = kind, recovery
        place = REPOSITORY / "build" / "bench"  # not /tmp, which may be memory: durable must mean durable
        place.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=place))
        (self.folder / "conf").mkdir()
        (self.folder / "recovery").mkdir()
        self.port, self.web_port = free_port(), free_port()
        options = [] if recovery == "NONE" else [f"-Dspark.deploy.recoveryMode={recovery}",
                                                 f"-Dspark.deploy.recoveryDirectory={self.folder / 'recovery'}"]
        command, environment = self._command(binaries, options, through_launcher)
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(self.web_port)]
        with open(self.folder / "log", "wb") as log:
            self.started = time.monotonic()
            self._process = subprocess.Popen([*map(str, command), *words], env=environment, stdin=subprocess.DEVNULL,
                                             stdout=log, stderr=log, preexec_fn=die_with_parent)
        self.pid = self._process.pid

    def _command(self, binaries, options, through_launcher):
        environment = clean_environment() | {"SPARK_CONF_DIR": str(self.folder / "conf")}
        if self.kind == "pilotlight":
            return [binaries.pilotlight, "master"], environment | {"SPARK_DAEMON_JAVA_OPTS": " ".join(options)}
        environment["SPARK_HOME"] = str(binaries.spark_home)
        if through_launcher:
            environment["SPARK_DAEMON_JAVA_OPTS"] = " ".join(options)
            return [binaries.spark_home / "bin" / "spark-class", MASTER_CLASS], environment
        return [*binaries.java_command(), *options, MASTER_CLASS], environment

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.end()
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=10)

    def _check_running(self, deadline, what):
        if self._process.poll() is not None:
            raise Failure(f"{self.kind} ended with status {self._process.returncode} before it was {what}; "
                          f"its log is {self.folder / 'log'}")
        if time.monotonic() > deadline:
            raise Failure(f"{self.kind} was not {what} in time; its log is {self.folder / 'log'}")

    def wait_until_listening(self, limit=180):
        """Seconds from the start of the process until its RPC port takes a connection."""
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return time.monotonic() - self.started
            self._check_running(self.started + limit, "listening")
            time.sleep(0.001)

    def state(self):
        """What /json/ says; None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/json/", timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def wait_until_alive(self, limit=180):
        """Seconds from the start of the process until /json/ says ALIVE."""
        while (self.state() or {}).get("status") != "ALIVE":
            self._check_running(self.started + limit, "ALIVE")
            time.sleep(0.002)
        return time.monotonic() - self.started

    def cpu_seconds(self):
        """All threads, to the nanosecond: the CPU-time clock of a process is made from its id (/proc counts in 10 ms)."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def resident_mb(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise Failure(f"/proc/{self.pid}/status shows no VmRSS")
