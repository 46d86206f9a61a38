"""What Prometheus's own checker says of a master's /metrics."""

import os
import shutil
import subprocess
import urllib.request

from path import harness, suite  # isort: skip  first: it makes the others importable


def check_metrics(address):
    """`address` is host:port of either port of a master."""
    places = f"{harness.REPOSITORY / 'build' / 'tools' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    promtool = shutil.which("promtool", path=places)
    if promtool is None:
        raise suite.Absent("there is no promtool here, and tools/deps could not take it from Debian's package prometheus")
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        text = answer.read()
    harness.check(b"\npilotlight_leader " in text, f"these are no metrics of a master: {text[:200]}")
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, timeout=20, check=False)
    harness.check(done.returncode == 0 and not done.stdout + done.stderr, f"promtool says of {address}: {done.stdout} {done.stderr}")
