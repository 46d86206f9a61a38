"""What every file must and must not look like."""

import os
import re
from pathlib import Path

from tree import ROOT, cpp_files, files, text

LONGEST = 800
# Golden bytes and corpora are as their writers made them.
FOREIGN = ("tests/golden/", "tests/fuzz/corpus/")
# Written in pieces so that this file does not find itself.
UNFINISHED = r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"
REGISTRY_HOST = r"\bdeb\.debian\.or" + r"g|\bpypi\.or" + r"g|pythonhosted\.or" + r"g|\bproxy\.golang\.or" + "g"


def places_of_this_machine():
    """Paths that mean something here only: this checkout, what lies beside it, the user's home. Not a checkout right
    below the root: /pilotlight is also what documents call a node of ZooKeeper."""
    places = {ROOT, *ROOT.parent.iterdir()} if len(ROOT.parts) > 2 else set()
    return [re.escape(str(place)) for place in {*places, Path.home()} if str(place) != "/"]


def own_text_files():
    return [name for name in files() if not name.startswith(FOREIGN) and text(name) is not None]


def no_file_is_too_long():
    return [f"{name}:{count}: has {count} lines; {LONGEST} are the limit"
            for name in own_text_files() if name.endswith((".cpp", ".hpp", ".py", ".java", ".cmake", ".txt"))
            and (count := (text(name) or "").count("\n")) > LONGEST]


def headers_begin_with_a_contract():
    problems = []
    for name in cpp_files("src/", "include/"):
        if not name.endswith(".hpp"):
            continue
        lines = (text(name) or "").splitlines()
        if not lines or not lines[0].startswith(("//", "/*")):
            problems.append(f"{name}:1: does not begin with a comment that says what it is and how it fails")
        if "#pragma once" not in lines:
            problems.append(f"{name}:1: has no #pragma once")
    return problems


def nothing_is_left_unfinished():
    return _lines_with(UNFINISHED, "leaves something unfinished")


def nothing_is_of_one_machine():
    places = rf"(?<![\w.])(?:{'|'.join(places_of_this_machine())})(?![\w.-])"
    return _lines_with(f"{places}|{REGISTRY_HOST}", "names a path or host of one machine")


def text_is_tidy():
    problems = []
    for name in own_text_files():
        content = text(name)
        if not content:
            continue
        if not content.endswith("\n"):
            problems.append(f"{name}:{content.count(chr(10)) + 1}: the last line has no end")
        if "\r" in content:
            problems.append(f"{name}:1: has carriage returns")
        if not name.endswith(".md"):
            problems += [f"{name}:{number}: ends in blanks" for number, line in enumerate(content.splitlines(), 1)
                         if line != line.rstrip(" \t")]
        if name.endswith((".cpp", ".hpp", ".py")):
            problems += [f"{name}:{number}: has a tab" for number, line in enumerate(content.splitlines(), 1) if "\t" in line]
    return problems


def scripts_can_be_run():
    return [f"{name}:1: begins with #! and is not executable (chmod +x)" for name in own_text_files()
            if (text(name) or "").startswith("#!") and not os.access(ROOT / name, os.X_OK)]


def _lines_with(pattern, trouble):
    return [f"{name}:{number}: {trouble}: {line.strip()[:100]}" for name in own_text_files()
            for number, line in enumerate((text(name) or "").splitlines(), 1) if re.search(pattern, line)]
