"""Who may include whom: the graph in src/README.md, pure rooms and files, and libraries that stay out of headers."""

import itertools
import re

from tree import cpp_files, files, includes, matches, text

GRAPH = "src/README.md"
# Files that must be pure in rooms that are otherwise not. Any other file is pure when its header's first comment says "Pure".
MUST_BE_PURE = ("transport/frame", "transport/rpc_message", "transport/connection_fsm", "recovery/record_codec",
                "config/schema", "http/router", "http/views", "zk/types", "zk/tree", "zk/session", "zk/memory_ensemble")
# Time, chance, threads, files: a pure room gets all of these as data.
IMPURE_HEADERS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "stop_token", "semaphore", "latch",
                  "barrier", "fstream", "filesystem", "iostream", "csignal", "syncstream", "random", "ctime"}
IMPURE_CALLS = (r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\brandom_device\b|\b(?:std::)?s?rand\s*\(\)"
                r"|\bthis_thread::|\b(?:u|nano)?sleep\s*\(|\bgetenv\s*\(|\bgettimeofday\s*\(|\bclock_gettime\s*\(")
HIDDEN_LIBRARIES = r"^(?:boost/|asio|nlohmann/(?!json_fwd\.hpp$)|spdlog/|fmt/|CLI/|yaml-cpp/|sqlite3|zookeeper/|openssl/)"
C_HEADERS_OF_POSIX = r"\.h$|/"


def room_of(name):
    parts = name.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def drawn_graph():
    """{(from, to)} of the mermaid block; a line is `from --> to`."""
    return set(re.findall(r"^\s*(\w+)\s*-->\s*(\w+)\s*$", text(GRAPH) or "", re.MULTILINE))


def rooms_that_are_pure(answer):
    """Rooms whose second column in src/README.md is `answer`: yes, no or "in part"."""
    return set(re.findall(rf"^\|\s*`(\w+)`\s*\|\s*{answer}\s*\|", text(GRAPH) or "", re.MULTILINE))


def is_pure(name):
    room = room_of(name)
    return room in rooms_that_are_pure("yes") or room in rooms_that_are_pure("in part") and any(
        re.search(r"\bPure\b", _first_comment(file)) for file in (name, name.rsplit(".", 1)[0] + ".hpp"))


def _first_comment(name):
    lines = (text(name) or "").splitlines() if name in files() else []
    return "\n".join(itertools.takewhile(lambda line: line.startswith("//"), lines))


def graph_is_as_drawn():
    drawn = drawn_graph()
    problems = [] if drawn else [f"{GRAPH}:1: has no mermaid line of the form `core --> deploy`"]
    used = {}
    for name in cpp_files("src/"):
        for line, target, system in includes(name):
            other = target.split("/")[0]
            if not system and other != room_of(name) and "/" in target:
                used.setdefault((room_of(name), other), f"{name}:{line}")
    for edge, where in sorted(used.items()):
        if edge not in drawn:
            problems.append(f"{where}: {edge[0]} includes {edge[1]}, which {GRAPH} does not allow")
    problems += [f"{GRAPH}:1: draws {a} --> {b}, but no file of {a} includes {b}" for a, b in sorted(drawn - set(used))]
    return problems + _cycles(drawn | set(used))


def _cycles(edges):
    """Takes away rooms that include nothing more, until none is left or a cycle is."""
    rooms = {room for edge in edges for room in edge}
    while True:
        leaves = {room for room in rooms if not any(a == room and b in rooms for a, b in edges)}
        if not leaves:
            return [f"{GRAPH}:1: these rooms include each other in a cycle: {', '.join(sorted(rooms))}"] if rooms else []
        rooms -= leaves


def pure_includes_only_pure():
    problems = [f"src/{stem}.hpp:1: must be pure, and its first comment does not say so"
                for stem in MUST_BE_PURE if not is_pure(f"src/{stem}.hpp")]
    for name in filter(is_pure, cpp_files("src/")):
        for line, target, system in includes(name):
            if system and target in IMPURE_HEADERS:
                problems.append(f"{name}:{line}: is pure and includes <{target}>")
            elif system and re.search(C_HEADERS_OF_POSIX, target):
                # JSON is data: a codec may use it.
                if not target.startswith("nlohmann/"):
                    problems.append(f"{name}:{line}: is pure and includes <{target}>, which is not of the standard library")
            elif not system and not is_pure(f"src/{target}"):
                problems.append(f"{name}:{line}: is pure and includes \"{target}\", which is not")
    return problems


def pure_calls_nothing_impure():
    return [f"{name}:{line}: is pure and uses {found.group(0).strip()}"
            for name in filter(is_pure, cpp_files("src/")) for line, found in matches(name, IMPURE_CALLS)
            if not re.match(r"\s*(//|\*)", (text(name) or "").splitlines()[line - 1])]


def headers_hide_libraries():
    return [f"{name}:{line}: a header shows <{target}>; include it in the .cpp file only"
            for name in cpp_files("src/", "include/") if name.endswith(".hpp")
            for line, target, _ in includes(name) if re.search(HIDDEN_LIBRARIES, target)]
