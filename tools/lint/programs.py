"""What other programs say: shellcheck, yamllint, hadolint, clang-format, the generators of generated files, Python's parser."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

from tree import ROOT, cpp_files, files, text

GENERATED_BY_BINARY = {"docs/CONFIGURATION.md": ("config", "docs"), "conf/pilotlight.yaml": ("config", "sample"),
                       "docs/CLI.md": ("man", "--markdown")}


def scripts_pass_shellcheck():
    scripts = [name for name in files() if re.match(r"#!.*\b(?:ba|da)?sh\b", (text(name) or "").split("\n", 1)[0])]
    return _complaints(["shellcheck", "--external-sources", "--format=gcc", *scripts]) if scripts else []


def yaml_passes_yamllint():
    return _complaints(["yamllint", "--strict", "--format=parsable", *(n for n in files() if n.endswith((".yaml", ".yml", ".yamllint")))])


def dockerfiles_pass_hadolint():
    own = ROOT / "build" / "tools" / "bin" / "hadolint"
    program = str(own) if own.exists() else shutil.which("hadolint")
    if program is None:
        print("     hadolint is not here (tools/deps check tries to get it): Dockerfiles were NOT checked")
        return []
    return _complaints([program, "--no-color", *(name for name in files() if Path(name).name.split(".")[0] == "Dockerfile")])


def unit_passes_systemd_analyze():
    """What systemd itself finds wrong with the unit (its programs do not have to be there), and an exposure below 2.0."""
    if shutil.which("systemd-analyze") is None:
        print("     systemd-analyze is not here: the unit was NOT checked")
        return []
    units = [name for name in files() if name.endswith(".service")]
    lines = _complaints(["systemd-analyze", "verify", "--man=no", *units])
    problems = [f"conf/systemd:1: {line}" for line in lines if "is not executable" not in line]
    for unit in units:
        judged = _complaints(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit])
        problems += [f"{unit}:1: {line}" for line in judged[-1:]]
    return problems


def python_parses():
    problems = []
    for name in files():
        if name.endswith(".py"):
            try:
                ast.parse(text(name) or "", name)
            except SyntaxError as error:
                problems.append(f"{name}:{error.lineno}: {error.msg}")
    return problems


def code_is_formatted():
    sources = cpp_files("src/", "tests/", "benchmarks/", "include/")
    if not sources:
        return []
    complaints = _complaints(["clang-format-16", "--dry-run", "--Werror", "--ferror-limit=1", *sources])
    return [f"{line.split(': ')[0]}: is not as clang-format has it; run: make format" for line in complaints if ": error: " in line]


def dialect_tables_are_fresh():
    return _complaints(["python3", "tools/dialects/generate.py", "--check"])


def generated_files_are_fresh():
    """The committed files are what the binary prints from its tables of keys and of commands."""
    binary = ROOT / "build" / "pilotlight"
    if not binary.exists():
        return ["build/pilotlight:1: is not there; run: make build"]
    problems = []
    for name, words in GENERATED_BY_BINARY.items():
        what = " ".join(words)
        printed = subprocess.run([binary, *words], capture_output=True, text=True, check=False, timeout=30)
        if printed.returncode != 0:
            problems.append(f"{name}:1: `pilotlight {what}` failed: {printed.stderr.strip()[:200]}")
        elif not (ROOT / name).exists() or printed.stdout != (ROOT / name).read_text(encoding="utf-8"):
            problems.append(f"{name}:1: is not what `pilotlight {what}` prints; run: make docs")
    return problems


def _complaints(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode == 0:
        return []
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or [f"{command[0]}: ended with status {done.returncode} and said nothing"]
