"""Markdown: every relative link leads to a file, every #anchor to a heading."""

import re

from tree import ROOT, files, text


def links_lead_somewhere():
    problems = []
    for name in files():
        if not name.endswith(".md"):
            continue
        for number, line in _lines_outside_code(text(name) or ""):
            for target in re.findall(r"\]\(([^()\s]+)\)", line):
                trouble = _trouble(name, target)
                if trouble:
                    problems.append(f"{name}:{number}: {trouble}")
    return problems


def _trouble(name, target):
    if re.match(r"[a-z]+:", target):
        return None
    path, _, anchor = target.partition("#")
    destination = (ROOT / name).parent / path if path else ROOT / name
    if not destination.exists():
        return f"links to {target}, which is not there"
    if anchor and destination.suffix == ".md" and anchor not in _anchors(destination):
        return f"links to {target}, but there is no such heading"
    return None


def _anchors(path):
    headings = [line for _, line in _lines_outside_code(path.read_text(encoding="utf-8")) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-") for heading in headings}


def _lines_outside_code(content):
    fenced = False
    for number, line in enumerate(content.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)
