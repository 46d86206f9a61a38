"""The unit under a real systemd, as PID 1 of a container: ready, status, watchdog, reload, stop, upgrade, its fences."""

import re

from world import ROOT, Container, case, check, must, must_say, package, wait_until
from cases_package import install, newer

UNIT = "pilotlight-master"
SYSTEMD = ["--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--tmpfs", "/run", "--tmpfs", "/run/lock",
           "-v", "/sys/fs/cgroup:/sys/fs/cgroup:ro"]
HARDEST = 2.0


def shown(box, name):
    return box.must(f"systemctl show -p {name} --value {UNIT}").strip()


def journal(box):
    return box.must(f"journalctl -u {UNIT} -o cat --no-pager")


def wait_active(box, what="the unit to be active"):
    wait_until(what, lambda: shown(box, "ActiveState") == "active", 30)


@case(short=False, needs="package_says_what_it_is")
def systemd_runs_the_master():
    must("docker", "build", "-q", "-t", "pilotlight-test-systemd", "-f", ROOT / "tests/docker/Dockerfile.systemd", ROOT / "tests/docker",
         seconds=300, DOCKER_BUILDKIT="0")
    with Container("sd", "pilotlight-test-systemd", options=SYSTEMD) as box:
        wait_until("systemd", lambda: re.search("running|degraded", box.run("systemctl is-system-running").text), 30)
        install(box, package())
        check(shown(box, "ActiveState") == "inactive", "the installation has started a master")
        _fences(box)
        _edit_and_start(box)
        _watchdog(box)
        _killed(box)
        _reload(box)
        _upgrade(box)
        _mistakes(box)
        _waits_for_zookeeper(box)
        box.must("DEBIAN_FRONTEND=noninteractive apt-get -q -y purge pilotlight", seconds=60)
        check(box.run("pgrep -x pilotlight").code == 1, "a master runs on after the purge")


def _fences(box):
    box.must("systemd-analyze verify --man=no /lib/systemd/system/pilotlight-master.service")
    said = box.must(f"systemd-analyze security --no-pager {UNIT}")
    score = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", said).group(1))
    print(f"     systemd-analyze security: {score}")
    check(score < HARDEST, f"exposure level {score}; {HARDEST} is the limit\n{said}")


def _edit_and_start(box):
    """The minimal edit of the installed file; spark-env.sh; the other name of the unit."""
    box.must("sed -i 's/^#spark.deploy.recoveryMode: NONE/spark.deploy.recoveryMode: FILESYSTEM/; "
             "s|^#spark.deploy.recoveryDirectory: .*|spark.deploy.recoveryDirectory: /var/lib/pilotlight|' /etc/pilotlight/pilotlight.yaml; "
             "printf 'SPARK_MASTER_PORT=${PORT_OF_TEST:-7177}\\n' >/etc/pilotlight/spark-env.sh")
    box.must(f"systemctl enable --now {UNIT}", seconds=30)
    check(shown(box, "ActiveState") == "active", journal(box))
    must_say("^ALIVE, 0 workers, 0 applications, 0 drivers$", shown(box, "StatusText"), "StatusText")
    must_say("sparkMaster' on port 7177", journal(box), "the journal")
    check(box.must("systemctl is-active spark-master").strip() == "active", "spark-master.service is not the same unit")
    check(box.must("stat -c %U /var/lib/pilotlight").strip() == "pilotlight", "the records are not the user's")
    pid = shown(box, "MainPID")
    check(box.must(f"cat /proc/{pid}/comm").strip() == "pilotlight", "the main process is not the daemon")


def _watchdog(box):
    before = shown(box, "MainPID")
    box.must(f"kill -STOP {before}")
    wait_until("the watchdog to start a new one", lambda: shown(box, "MainPID") not in (before, "0"), 40)
    must_say("Watchdog timeout", box.must(f"journalctl -u {UNIT} --no-pager"), "the journal")
    wait_active(box)


def _killed(box):
    before = shown(box, "MainPID")
    box.must(f"kill -9 {before}")
    wait_until("a new one", lambda: shown(box, "MainPID") not in (before, "0"), 10)
    wait_active(box)


def _reload(box):
    box.must("sed -i 's/^#pilotlight.log.level: info/pilotlight.log.level: warn/; s/^#spark.worker.timeout: 60/spark.worker.timeout: 30/' "
             "/etc/pilotlight/pilotlight.yaml")
    before = shown(box, "MainPID")
    box.must(f"systemctl reload {UNIT}")
    wait_until("the reload", lambda: "pilotlight.log.level: info is now warn." in journal(box), 5)
    must_say("spark.worker.timeout: 60 is now 30; the running master keeps", journal(box), "the journal")
    check(shown(box, "MainPID") == before and shown(box, "ActiveState") == "active", "the reload was a restart")


def _upgrade(box):
    before = shown(box, "MainPID")
    install(box, newer(package()))
    wait_until("the upgraded master", lambda: shown(box, "MainPID") not in (before, "0"), 10)
    wait_active(box)
    box.must(f"systemctl stop {UNIT}", seconds=10)
    check(shown(box, "Result") == "success", f"stopping it was no success: {shown(box, 'Result')}")


def _mistakes(box):
    box.must("printf 'spark.deploy.recoverMode: NONE\\n' >>/etc/pilotlight/pilotlight.yaml")
    check(box.run(f"systemctl start {UNIT}").code != 0, "it has started with a mistake in its configuration")
    check(shown(box, "ExecMainStatus") == "78" and shown(box, "NRestarts") == "0", "a mistake in the configuration is tried again")
    must_say("unknown key spark.deploy.recoverMode", journal(box), "the journal")
    box.must("sed -i '/recoverMode:/d' /etc/pilotlight/pilotlight.yaml")


def _waits_for_zookeeper(box):
    """ha.conf as people write it, and nobody at its addresses: it is not ready, says why, and goes when it is told to."""
    box.must("cp /usr/share/doc/pilotlight/examples/ha.conf /etc/pilotlight/ha.conf && "
             "sed -i 's/zk1:2181,zk2:2181,zk3:2181/127.0.0.1:2181/' /etc/pilotlight/ha.conf && "
             "printf 'PILOTLIGHT_PROPERTIES=/etc/pilotlight/ha.conf\\n' >>/etc/default/pilotlight")
    box.must(f"systemctl reset-failed {UNIT}; systemctl start --no-block {UNIT}")
    wait_until("its status", lambda: "ZooKeeper is" in shown(box, "StatusText"), 10)
    check(shown(box, "ActiveState") == "activating", "it says that it is ready and is in no election")
    box.must(f"systemctl stop {UNIT}", seconds=15)
