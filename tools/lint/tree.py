"""The repository as the checks see it: its files, read once, and the shape of a check's answer.

A check is a function without arguments that returns a list of problems, each one sentence that begins with file:line.
"""

import functools
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.lru_cache(maxsize=None)
def files():
    """Paths, relative to the root, of all files that are or would be committed."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


@functools.lru_cache(maxsize=None)
def text(name):
    """The text of a file, or None if it is binary."""
    content = (ROOT / name).read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def cpp_files(*folders):
    return [name for name in files() if name.endswith((".cpp", ".hpp")) and name.startswith(folders or ("",))]


def matches(name, pattern):
    """(line number, match) for every line of a file in which the pattern is found."""
    return [(number, found) for number, line in enumerate((text(name) or "").splitlines(), 1)
            if (found := re.search(pattern, line))]


@functools.lru_cache(maxsize=None)
def includes(name):
    """(line number, what is included, whether by angle brackets)."""
    return [(number, found.group(2), found.group(1) == "<")
            for number, found in matches(name, r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')]
