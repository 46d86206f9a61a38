"""The Debian package in clean containers: installed by apt, upgraded, removed, purged; Spark's start scripts; lintian."""

import re
import shutil

from world import ROOT, Container, case, check, must, must_say, package, run

CLASS = "org.apache.spark.deploy.master.Master"
APT = "DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=60"


def install(box, deb):
    # The published slim image tells dpkg to leave out documents; on a machine they are there.
    box.must("rm -f /etc/dpkg/dpkg.cfg.d/docker")
    box.put(deb, "/tmp/pilotlight.deb")
    return box.must(f"apt-get -q update >/dev/null && {APT} install --no-install-recommends /tmp/pilotlight.deb", seconds=180)


def newer(deb):
    """The same package under a greater version."""
    folder = ROOT / "build" / "newer"
    shutil.rmtree(folder, ignore_errors=True)
    must("dpkg-deb", "-R", deb, folder)
    control = folder / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 99.0", control.read_text(encoding="utf-8")), encoding="utf-8")
    made = ROOT / "build" / "newer.deb"
    must("dpkg-deb", "--root-owner-group", "-b", folder, made)
    shutil.rmtree(folder)
    return made


@case()
def package_says_what_it_is():
    control = must("dpkg-deb", "-f", package())
    must_say(r"^Depends: .*libc6 \(>= ", control, "the control file")
    listing = must("dpkg-deb", "-c", package())
    for path in ("/usr/bin/pilotlight", "/lib/systemd/system/pilotlight-master.service", "/lib/systemd/system/spark-master.service",
                 "/etc/pilotlight/pilotlight.yaml", "/etc/default/pilotlight", "/usr/share/pilotlight/sbin/start-master.sh",
                 "/usr/share/doc/pilotlight/changelog.gz", "/usr/share/doc/pilotlight/examples/ha.conf",
                 "/usr/share/man/man1/pilotlight.1.gz", "/usr/share/man/man1/pilotlight-status.1.gz",
                 "/usr/share/bash-completion/completions/pilotlight", "/usr/share/fish/vendor_completions.d/pilotlight.fish"):
        must_say(rf"\.{re.escape(path)}", listing, "the package")


@case(short=False, needs="package_says_what_it_is")
def package_passes_lintian():
    done = run("lintian", "--fail-on", "error", package(), seconds=240)
    check(done.code == 0, f"lintian: {done.text}")
    print("     lintian: " + (" · ".join(sorted({line.split(': ', 2)[2].split(' ')[0] for line in done.text.splitlines()
                                                if re.match("[WI]:", line)})) or "nothing to say"))


@case(needs="package_says_what_it_is")
def package_is_installed_upgraded_removed_and_purged():
    with Container("deb", "debian:bookworm-slim", "sleep", "900") as box:
        must_say("edit /etc/pilotlight/pilotlight.yaml", install(box, package()), "the installation")
        must_say(r"^pilotlight \d+\.", box.must("pilotlight version"), "pilotlight version")
        must_say("^pilotlight:", box.must("getent passwd pilotlight"), "the user")
        box.must("pilotlight config check --config /etc/pilotlight/pilotlight.yaml")
        _start_scripts(box)
        box.must("sed -i 's/^#pilotlight.log.level: info/pilotlight.log.level: warn/' /etc/pilotlight/pilotlight.yaml")
        install(box, newer(package()))
        must_say("99.0", box.must("dpkg-query -W pilotlight"), "dpkg")
        must_say("^pilotlight.log.level: warn", box.must("cat /etc/pilotlight/pilotlight.yaml"), "the file after the upgrade")
        box.must(f"{APT} remove pilotlight", seconds=60)
        box.must("test -e /etc/pilotlight/pilotlight.yaml && ! test -e /usr/bin/pilotlight")
        box.must(f"{APT} purge pilotlight", seconds=60)
        left = box.must("find / -xdev -name '*pilotlight*' -not -path '/proc/*' -not -path '/tmp/*' -not -path '/var/log/*'; "
                        "getent passwd pilotlight || true").strip()
        check(not left, f"purging has left:\n{left}")


def _start_scripts(box):
    """start-master.sh and stop-master.sh as Spark's: words, files, exit codes (spec 10.1)."""
    put = "SPARK_LOG_DIR=/tmp/logs SPARK_PID_DIR=/tmp/pids SPARK_IDENT_STRING=me PATH=/usr/share/pilotlight/sbin:$PATH "
    daemon = put + "pilotlight-daemon.sh"
    check(box.run(f"{daemon} status {CLASS} 1").code == 2, "status before the start is not 2")
    said = box.must(put + "start-master.sh --port 7100 --webui-port 8100 --properties-file /tmp/none.conf 2>&1 || true")
    must_say(rf"^starting {CLASS}, logging to /tmp/logs/spark-me-{CLASS}-1-deb\.out$", said, "start-master.sh")
    must_say("^failed to launch: nice -n 0 pilotlight master .*--properties-file /tmp/none.conf", said, "start-master.sh")
    must_say("full log in /tmp/logs/", said, "start-master.sh")
    check(box.run(f"{daemon} status {CLASS} 1").code == 1, "status with a stale pid file is not 1")
    box.must("printf 'spark.worker.timeout 33\\n' >/tmp/spark.conf; printf 'SPARK_MASTER_PORT=7101\\n' >/etc/pilotlight/spark-env.sh")
    said = box.must(put + "start-master.sh --webui-port 8101 --properties-file /tmp/spark.conf")
    log = said.strip().split()[-1]
    must_say("sparkMaster' on port 7101", box.must(f"cat {log}"), "the log")
    must_say(f"{CLASS} is running", box.must(f"{daemon} status {CLASS} 1"), "status")
    again = box.run(put + "start-master.sh")
    check(again.code == 1 and re.search(rf"{CLASS} running as process \d+\.  Stop it first\.", again.text), f"a second start: {again.text}")
    must_say(f"^stopping {CLASS}", box.must(put + "stop-master.sh"), "stop-master.sh")
    must_say(f"^no {CLASS} to stop", box.must(put + "stop-master.sh"), "a second stop-master.sh")
    box.must(f"test ! -e /tmp/pids/spark-me-{CLASS}-1.pid && test -e {log}.1 && rm /etc/pilotlight/spark-env.sh")
    check(box.run(put + "start-master.sh --help").code == 1, "start-master.sh --help does not end with 1, as Spark's does")
    check(box.run(f"{daemon} status").code == 1, "too few words do not end with 1")
