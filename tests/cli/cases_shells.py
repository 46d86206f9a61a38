"""Completion in the shells that people have, and the man pages as groff sees them."""

import os
import pty
import select
import shutil
import subprocess
import time

from path import cluster, suite  # isort: skip  first: it makes the others importable

from harness import PATIENCE, check
from pilot import environment, pilot
from stage import case

# What is on the line, and what the shell makes of it: the words that it offers.
LINES = (("pilotlight sta", ["state", "status"]), ("pilotlight status -o js", ["json"]), ("pilotlight kill ", ["app", "driver"]),
         ("pilotlight --master m1:1 status --wa", ["--watch"]), ("pilotlight health --exit-style d", ["docker"]))


def _needed(program):
    if shutil.which(program) is None:
        raise suite.Absent(f"there is no {program} here; tools/deps cli installs it")


def _variables(stage):
    """Of a shell whose home is empty and whose PATH begins with the binary under test, under the name that people type."""
    folder = stage.folder / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "pilotlight"
    if not link.exists():
        link.symlink_to(cluster.BINARY)
    return environment(TERM="dumb", LC_ALL="C.UTF-8", HOME=folder) | {"PATH": f"{folder}:{os.environ['PATH']}"}


def _said_by(words, variables):
    done = subprocess.run(words, env=variables, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20 * PATIENCE,
                          check=False)
    check(not done.stderr, f"{words[0]} complains: {done.stderr}")
    return done.stdout


@case
def bash_completes(stage):
    # Bash parts words at the equals sign, and so are the answers.
    for line, wanted in (*LINES, ("pilotlight status --output=js", ["json"])):
        script = (f'source <(pilotlight completion bash); COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}; _pilotlight; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        offered = sorted(_said_by(["bash", "-c", script], _variables(stage)).split())
        check(offered == wanted, f"{line!r} completes to {offered}, not {wanted}")


@case
def fish_completes(stage):
    _needed("fish")
    for line, wanted in (*LINES, ("pilotlight status --output=js", ["--output=json"])):
        script = f"pilotlight completion fish | source; complete -C '{line}'"
        offered = [row.split("\t")[0] for row in _said_by(["fish", "--no-config", "-c", script], _variables(stage)).splitlines()]
        check(sorted(offered) == wanted, f"{line!r} completes to {offered}, not {wanted}")


class _Zsh:
    """An interactive zsh on a terminal: its completion works nowhere else."""

    def __init__(self, variables):
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], variables)

    def load(self, words):
        """With the words that load our completion."""
        # A terminal shows pieces of lines; Ctrl-X tells the line as the shell has it. The quotes keep the echo of what is typed
        # from looking like an answer.
        self.type(f"tell() {{ print -r -- \"<$BUFFER>\" }}; zle -N tell; bindkey '^X' tell; {words}; echo LOA''DED\n", "LOADED")

    def type(self, text, awaited):
        """All that came until `awaited` was there."""
        os.write(self._terminal, text.encode())
        said, deadline = b"", time.monotonic() + 10 * PATIENCE
        while awaited.encode() not in said and time.monotonic() < deadline:
            if select.select([self._terminal], [], [], 0.1)[0]:
                said += os.read(self._terminal, 65536)
        check(awaited.encode() in said, f"zsh got {text!r} and never said {awaited!r}: {said.decode(errors='replace')}")

    def end(self):
        os.close(self._terminal)  # a terminal that is gone ends the shell
        os.waitpid(self._pid, 0)


@case
def zsh_completes(stage):
    _needed("zsh")
    folder = stage.folder / "zsh"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_pilotlight").write_text(pilot("completion", "zsh").expect(0).out, encoding="utf-8")
    begin = "autoload -Uz compinit; compinit -u -D"
    packaged, sourced = f"fpath=({folder} $fpath); {begin}", f"{begin}; source <(pilotlight completion zsh)"
    for load in (packaged, sourced):
        _check_zsh(_variables(stage), load)


def _check_zsh(variables, load):
    shell = _Zsh(variables)
    try:
        shell.load(load)
        for line, rest in (("pilotlight leade", "r "), ("pilotlight status -o js", "on "), ("pilotlight kill d", "river "),
                           ("pilotlight --master m1:1 status --wa", "tch "), ("pilotlight health --exit-style d", "ocker "),
                           ("pilotlight status --output=js", "on ")):
            shell.type(f"\x15{line}\t\x18", f"<{line}{rest}>")  # Ctrl-U: a new line
    finally:
        shell.end()


@case
def man_pages_are_clean(_stage):
    _needed("groff")
    commands = pilot("__complete", "--", "").expect(0).out.splitlines()
    for name in ("", *(row.split("\t")[0] for row in commands)):
        page = pilot("man", *name.split()).expect(0).out
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-rLL=80n"], input=page, capture_output=True, text=True, timeout=20,
                              check=False)
        check(done.returncode == 0 and not done.stderr, f"groff complains of pilotlight {name}: {done.stderr}")
        check(len(done.stdout.splitlines()) > 15, f"the page of pilotlight {name} is short: {done.stdout}")
