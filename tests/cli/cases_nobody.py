"""Nobody is there, or somebody who says nothing; words that are wrong."""

import path  # isort: skip  # noqa: F401  pylint: disable=unused-import  first: it makes the others importable

from harness import check
from pilot import in_terminal, pilot
from stage import Dead, Mute, case, nobody

ASKING = (["status"], ["leader"], ["workers"], ["apps"], ["drivers"], ["failovers"], ["state", "export"],
          ["kill", "app", "app-1"], ["transfer-leadership"])


@case
def no_master_runs(_stage):
    where = f"spark://{nobody()},,{nobody()}"
    for words in ASKING:
        outcome = pilot(*words, "--master", where).expect(4, err="no master answers.*--master", within=1.0)
        check(not outcome.out, f"stdout is for answers\n{outcome}")
    pilot("wait", "leader", "--master", where, "--timeout", "600ms").expect(124, err="waited 600ms for leader in vain", within=2)
    in_terminal("status", "--master", where).expect(4, out="refuses connections")


@case
def silent_masters_cost_a_second_in_all(_stage):
    with Mute() as one, Mute() as two:
        for words in (["status"], ["leader"], ["kill", "app", "app-1"]):
            pilot(*words, "--master", f"{one},{two}").expect(4, err="does not answer", within=1.5)
        pilot("status", "--master", one, "--timeout", "200ms").expect(4, within=0.7)
        pilot("status", "--master", f"zk://{one},{two}/spark").expect(4, err="ZooKeeper", within=3)


@case
def dead_addresses_cost_a_second_in_all(_stage):
    with Dead() as one, Dead() as two:
        for words in (*ASKING, ["wait", "leader", "--timeout", "1s"]):
            outcome = pilot(*words, "--master", f"{one},{two}")
            outcome.expect(124 if words[0] == "wait" else 4, err="cannot be reached", within=1.5)
        pilot("health", "--master", f"{one},{two}").expect(1, out="no connection in time", within=1.5)


@case
def health_of_nobody_in_each_style(_stage):
    gone = nobody()
    for style, code in ((None, 1), ("docker", 1), ("nagios", 2), ("lsb", 3), ("spark", 2)):
        words = ["--exit-style", style] if style else []
        outcome = pilot("health", "--master", gone, *words).expect(code, out="refuses connections", within=1)
        check(outcome.out.count("\n") == 1 and not outcome.err, f"one line on stdout\n{outcome}")
    with Mute() as mute:
        for style, code in ((None, 1), ("docker", 1), ("nagios", 2), ("lsb", 4), ("spark", 1)):
            words = ["--exit-style", style] if style else []
            pilot("health", "--master", mute, "--timeout", "300ms", *words).expect(code, out="does not answer", within=1)
    pilot("health", "--master", "zk://z/spark").expect(2)
    pilot("health", "--master", "zk://z/spark", "--exit-style", "nagios").expect(3, out="^PILOTLIGHT UNKNOWN - ")


@case
def wrong_words(_stage):
    for words, said in ((["statsu"], "did you mean 'status'"), (["status", "--mastr", "x"], "did you mean '--master'"),
                        (["status", "-o", "jsn"], "did you mean 'json'"), (["kill", "job", "x"], "one of"),
                        (["wait", "workers=many"], "nothing to wait for"), (["status", "--master", "m1:port"], "no master's address"),
                        (["--watch"], "no command"), (["state"], "export")):
        outcome = pilot(*words).expect(2, err=said, within=1)
        check(not outcome.out, f"stdout is for answers\n{outcome}")


@case
def help_and_its_relatives(_stage):
    pilot("--help").expect(0, out="^  transfer-leadership ")
    for name in ("status", "kill", "health", "wait"):
        pilot(name, "--help").expect(0, out="Examples:")
        pilot("help", name).expect(0, out=f"^Usage: pilotlight {name}")
        pilot("man", name).expect(0, out="^.SH SYNOPSIS")
    pilot("completion", "bash").expect(0, out="^complete -F")
    pilot("__complete", "--", "status", "-o", "").expect(0, out="^yaml\t")
