"""One master without ZooKeeper: the same commands, kills with a proof of the secret, waiting for ends."""

import json
import socket

from path import suite  # isort: skip  first: it makes the others importable

from harness import check, wait_for
from pilot import in_terminal, pilot, width
from promtool import check_metrics
from stage import case, start_alone


def _apps(alone):
    return pilot("apps", "-o", "name", "--master", alone.address).expect(0).out.split()


@case
def alone_everything_is_asked_the_same_way(stage):
    alone = stage.alone()
    where = ["--master", alone.address]
    pilot("status", *where).expect(0, out=f"^spark://{alone.address} leads").expect(0, out="^Recovery +NONE")
    pilot("leader", *where).expect(0, out=rf"\Aspark://{alone.address}\n\Z")
    pilot("wait", "workers=3", *where).expect(0, out="^3 workers$", within=1)
    pilot("wait", "workers=4", "--timeout", "500ms", *where).expect(124, err="3 workers of 4")
    pilot("failovers", *where).expect(0)
    check(len(json.loads(pilot("workers", "-o", "json", *where).expect(0).out)) == 3, "three workers")
    pilot("drivers", *where).expect(0, err="There are no drivers")
    pilot("transfer-leadership", "--secret-file", alone.secret, *where).expect(1, err="says: ")


@case
def alone_health_finds_this_node(stage):
    alone = stage.alone()
    node = {"SPARK_MASTER_HOST": "127.0.0.1", "SPARK_MASTER_PORT": alone.port, "PILOTLIGHT_MASTER": "elsewhere:1"}
    for role in ("any", "leader", "live"):
        pilot("health", "--role", role, **node).expect(0, out="^healthy: 127.0.0.1", within=1)
    pilot("health", "--role", "standby", **node).expect(1, out="is not a standby")
    pilot("health", "--exit-style", "nagios", **node).expect(0, out=r"^PILOTLIGHT OK - .* \| time=[0-9.]+s$")


@case
def alone_configuration_names_the_cluster(stage):
    alone = stage.alone()
    file = stage.folder / "pilotlight.yaml"
    file.write_text(f"pilotlight.master.host: 127.0.0.1\npilotlight.master.port: {alone.port}\n", encoding="ascii")
    url = rf"^spark://{alone.address}$"
    pilot("leader", "--config", file, PILOTLIGHT_MASTER="elsewhere:1").expect(0, out=url)
    pilot("leader", PILOTLIGHT_CONFIG=file).expect(0, out=url)
    pilot("leader", PILOTLIGHT_MASTER=alone.address).expect(0, out=url)
    pilot("leader", SPARK_MASTER_URL=f"spark://{alone.address}").expect(0, out=url)
    pilot("--master", alone.address, "leader").expect(0, out=url)


@case
def alone_tables_fit_a_terminal(stage):
    alone = stage.alone()
    for words in (["status"], ["workers"], ["apps", "--all"], ["drivers"], ["failovers"]):
        screen = in_terminal(*words, "--master", alone.address).expect(0)
        check(max(map(width, screen.out.splitlines())) <= 80, f"wider than 80 columns\n{screen}")
    in_terminal("workers", "--master", alone.address).expect(0, out="\x1b\\[32mALIVE")
    check("\x1b" not in pilot("workers", "--master", alone.address).expect(0).out, "colours in a pipe")
    for words, variables in ((["--no-color"], {}), ([], {"NO_COLOR": "1"})):
        dull = in_terminal("workers", "--master", alone.address, *words, **variables).expect(0)
        check("\x1b" not in dull.out, f"colours that nobody wants\n{dull}")


@case
def metrics_are_clean(stage):
    check_metrics(stage.alone().address)


@case
def kill_needs_the_secret(stage):
    alone = stage.alone()
    first, last = alone.apps
    kill = ["kill", "app", first, "--master", alone.address]
    pilot(*kill).expect(1, err="knows its secret: name its file")
    refused = pilot(*kill, "--secret-file", alone.wrong_secret).expect(1, err="refuses the proof")
    check("another one" not in refused.err + refused.out, f"the secret is shown\n{refused}")
    pilot(*kill, "--secret-file", "/no/such/file").expect(1, err="cannot be read")
    check(first in _apps(alone), f"{first} was killed without a proof")
    pilot("wait", f"app={last}", "--timeout", "300ms", "--master", alone.address).expect(124)
    pilot(*kill, "--secret-file", alone.secret).expect(0, out=first)
    pilot(*kill, "--secret-file", alone.secret).expect(3, err="finished")
    pilot("kill", "driver", "driver-20200101000000-0000", "--master", alone.address, "--secret-file", alone.secret).expect(3)
    pilot("wait", f"app={first}", "--master", alone.address).expect(1, out=f"^{first} KILLED$")
    pilot("wait", "app=app-0", "--master", alone.address).expect(3, err="knows no app-0")


@case
def wait_for_a_good_end(stage):
    alone = stage.alone()
    alone.load.end()  # applications whose driver goes away have ended well, as in Spark
    pilot("wait", f"app={alone.apps[-1]}", "--timeout", "20s", "--master", alone.address).expect(0, out=f"^{alone.apps[-1]} FINISHED$")
    wait_for("the list to be empty", lambda: not _apps(alone), 5)
    pilot("apps", "--all", "-o", "tsv", "--no-header", "--master", alone.address).expect(0, out=rf"^{alone.apps[-1]}\t.*\tFINISHED\t")


@case
def killing_can_be_switched_off(stage):
    _, port, _ = start_alone(stage.lab("no-kill"), "spark.ui.killEnabled=false")
    for kind in ("app", "driver"):
        outcome = pilot("kill", kind, f"{kind}-1", "--master", f"127.0.0.1:{port}").expect(1, err="spark.ui.killEnabled is false")
        check(not outcome.out, f"nothing was killed\n{outcome}")


@case
def an_ipv6_host_is_found(stage):
    """In brackets, as in every URL, whether SPARK_LOCAL_IP has them or not; the answers have it so as well."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        raise suite.Absent(f"this machine has no address ::1 ({error})") from error
    _, port, web_port = start_alone(stage.lab("ipv6"), host="[::1]")
    pilot("leader", "--master", f"spark://[::1]:{port}").expect(0, out=rf"\Aspark://\[::1\]:{port}\n\Z")
    pilot("health", "--master", f"[::1]:{port}").expect(0, out=rf"^healthy: \[::1\]:{port} leads")
    pilot("health", SPARK_MASTER_HOST="[::1]", SPARK_MASTER_PORT=port).expect(0)
    pilot("leader", "-o", "json", "--master", f"[::1]:{port}").expect(0, out=rf'"webui": "http://\[::1\]:{web_port}"')
