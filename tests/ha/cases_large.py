"""A submission that is larger than what ZooKeeper takes in one request."""

import zlib

from ha_cluster import DIRECTORY
from harness import check, wait_for
from scene import case
from zkclient import Client

# A submission takes its client's whole environment along.
ROOM = ["prlimit", "--stack=67108864"]  # the kernel lets arguments and environment have a quarter of the stack
ZOOKEEPERS_LIMIT = 1 << 20


def _large_environment(megabytes=2):
    """Variables just short of the 128 KiB that one may have."""
    return {f"LARGE_{number:02}": chr(ord("a") + number % 26) * 131_000 for number in range(8 * megabytes)}


def _with(environment, cluster):
    """Words that start a command with these variables as well: set in a process that has room for them."""
    file = cluster.path("environment")
    file.write_text("".join(f"{name}={value}\n" for name, value in environment.items()), encoding="ascii")
    return [*ROOM, "bash", "-c", 'set -a; . "$0"; exec "$@"', file]


def _as_the_driver_says(environment):
    lines = "".join(f"{name}={value}\n" for name, value in sorted(environment.items())).encode("ascii")
    return f"ENVIRONMENT {len(lines)} {zlib.crc32(lines)}"


@case(lines="each", ours=True)
def submission_with_2_mb_of_environment_survives_a_failover(scene):
    """It stands in parts in ZooKeeper and costs nobody a session; launched again by the next leader, the driver has all of it."""
    cluster = scene.empty_cluster("large")
    for _ in range(2):
        cluster.add_worker(prefix=ROOM)
    cluster.wait_for_workers()
    environment, old = _large_environment(), cluster.leader()
    epoch, expected = cluster.state()["epoch"], _as_the_driver_says(environment)
    driver = cluster.submit_driver("TestDriver", "environment", "LARGE_", supervise=True, prefix=_with(environment, cluster))
    wait_for("the driver to have its environment", lambda: expected in cluster.driver_output(driver), 60, [cluster.master])
    check(cluster.state()["epoch"] == epoch and "connection lost" not in old.process.text(),
          f"the submission has cost {old.name} its ZooKeeper connection or its epoch; log {old.process.log}")
    _check_parts(cluster, sum(map(len, environment.values())))

    pids = [pid for worker in cluster.workers for pid in worker.drivers()]
    old.kill()
    cluster.wait_for_leader(other_than=[old])
    cluster.wait_until_whole()
    cluster.wait_for_driver(driver, "RUNNING", 30)
    check([pid for worker in cluster.workers for pid in worker.drivers()] == pids, "the driver's process is another one")
    host = next(worker for worker in cluster.workers if worker.drivers())
    host.process.kill()

    def launched_again():
        ids = [row["id"] for row in cluster.state()["activedrivers"] if row["id"] != driver]
        return any(expected in cluster.driver_output(one) for one in ids)
    wait_for("the driver, launched again, to have its environment", launched_again, 90, [cluster.master])
    old.start()
    cluster.wait_until_one_leads()


def _check_parts(cluster, least):
    with Client(cluster.connect) as client:
        sizes = {path: len(client.get(path) or b"") for path in client.walk(f"{DIRECTORY}/pilotlight/records")}
    largest = max(sizes, key=sizes.get)
    check(sum(sizes.values()) > least, f"all records together have {sum(sizes.values())} bytes, expected more than {least}")
    check(sizes[largest] < ZOOKEEPERS_LIMIT,
          f"{largest} has {sizes[largest]} bytes, expected less than ZooKeeper's {ZOOKEEPERS_LIMIT}")
