"""Cluster-mode drivers: they end well, fail, are restarted, are killed."""

from cases import case
from harness import check, wait_for


@case("short", "smoke")
def cluster_driver_ends_finished(scene):
    cluster = scene.cluster()
    driver = cluster.submit_driver("PilotlightPi", "8", "50")
    cluster.wait_for_driver(driver, "FINISHED", 120)
    output = cluster.driver_output(driver)
    check("Pi is roughly 3.1" in output, f"the driver's output has no result:\n{cluster.driver_log(driver)}")
    cluster.wait_until_idle()


@case()
def failing_cluster_driver_ends_failed(scene):
    cluster = scene.cluster()
    driver = cluster.submit_driver("TestDriver", "exit", "3")
    cluster.wait_for_driver(driver, "FAILED", 60)
    check(not cluster.state()["activedrivers"], "a failed driver is still active at the master")
    cluster.wait_until_idle()


@case()
def supervised_driver_is_started_again(scene):
    cluster = scene.cluster()
    mark = cluster.path("mark")
    driver = cluster.submit_driver("TestDriver", "second-time", mark, supervise=True)
    cluster.wait_for_driver(driver, "FINISHED", 90)
    check(mark.exists(), "the first attempt has left no mark: it never ran")
    check("RESULT second time" in cluster.driver_output(driver), "the second attempt has not run to its end")
    cluster.wait_until_idle()


@case()
def driver_is_killed_by_the_client_gateway(scene):
    cluster = scene.cluster()
    driver = cluster.submit_driver("TestDriver", "hang")
    cluster.wait_for_driver(driver, "RUNNING", 60)
    wait_for("the driver to run", lambda: "STARTED hang" in cluster.driver_output(driver), 60, [cluster.master])
    status = cluster.kill_driver(driver)
    check(status == 0, f"the kill client ended with status {status}, expected 0")
    cluster.wait_for_driver(driver, "KILLED", 30)
    wait_for("the driver's process to be gone", lambda: not any(worker.drivers() for worker in cluster.workers), 20)
    cluster.wait_until_idle()


@case()
def killing_an_unknown_driver_is_refused(scene):
    cluster = scene.cluster()
    status = cluster.kill_driver("driver-20200101000000-0000")
    check(status != 0, "the kill client ended with status 0 for a driver that does not exist")
    cluster.check_master()


@case()
def supervised_driver_moves_when_its_worker_is_killed(scene):
    cluster = scene.own_cluster("moves")
    driver = cluster.submit_driver("TestDriver", "hang", supervise=True)
    host = wait_for("the driver to run", lambda: next((w for w in cluster.workers if w.drivers()), None), 60, [cluster.master])
    wait_for("its first words", lambda: "STARTED hang" in host.driver_output(driver), 60, [cluster.master])
    host.process.kill()
    other = next(worker for worker in cluster.workers if worker is not host)
    wait_for(f"the driver to run on {other.name}",
             lambda: any("STARTED hang" in other.driver_output(row["id"]) for row in cluster.state()["activedrivers"]), 60,
             [cluster.master, other.process])
    active = cluster.state()["activedrivers"]
    check(len(active) == 1, f"the master has {len(active)} active drivers, expected 1")
    check(cluster.kill_driver(active[0]["id"]) == 0, "the moved driver could not be killed")
    cluster.wait_for_driver(active[0]["id"], "KILLED", 30)
