"""Pages of real masters: three of them, real ZooKeeper servers, an unmodified Spark worker and its job, and a leader that dies.

The cases run in their order on one cluster.
"""

import urllib.request

from cluster import Spark
from fake_master import POLICY
from ha_cluster import HaCluster
from harness import REPOSITORY, check, wait_for
from scene import Work

LIVE = "document.getElementById('live').textContent === 'live'"
HEADLINE = "document.querySelector('.verdict h2').textContent"


def web(master):
    return f"http://{master.host}:{master.web_port}"


def place(master):
    return f"{master.host}:{master.port}"


class Scene:
    """The cluster, and a job that works in rounds."""

    def __init__(self, lab, release):
        self.cluster = HaCluster(lab, Spark(release))
        self.cluster.add_worker(cores=4)
        self.cluster.wait_for_workers()
        self.work = Work(self.cluster, self.cluster.spark).begin()


def leader_shows_its_cluster(scene, page):
    cluster = scene.cluster
    leader = cluster.wait_until_one_leads()
    page.go(web(leader) + "/")
    page.wait("the page to be live", LIVE)
    text = page.text()
    for part in (f"Spark Master at spark://{place(leader)}", f"{place(leader)} leads", "Workers (1)", "Running Applications (1)",
                 "Masters (3)", "in step", "Failovers (1)", scene.work.app):
        check(part in text, f"the leader's page has no {part!r}")
    check(page.run("document.querySelectorAll('#masters tbody tr').length") == 3, "not three masters")


def every_address_of_the_page_answers(scene, page):
    leader = scene.cluster.leader()
    page.go(web(leader) + "/")
    addresses = page.run("[...document.querySelectorAll('a[href], link[href], script[src]')].map(e => e.href || e.src)")
    own = sorted({address for address in addresses if address.startswith(web(leader))})
    check(len(own) >= 8, f"only {own}")
    for address in own:
        with urllib.request.urlopen(address, timeout=10) as answer:
            check(answer.status == 200, f"{address} answers {answer.status}")
            check(answer.headers["Content-Security-Policy"] == POLICY, f"{address}: {answer.headers['Content-Security-Policy']}")
    page.go(page.run("document.querySelector('#running-app td a').href"))
    text = page.text()
    check(f"Application: {scene.work.app}" in text or scene.work.app in text, "the application's page is another's")
    check("Executor Summary (2)" in text, f"the application's page shows {text[:600]}")
    logs = page.run("document.querySelector('#executors td:last-child a').href")
    with urllib.request.urlopen(logs, timeout=20) as answer:
        check(answer.status == 200, f"the link to an executor's log answers {answer.status}")


def standby_names_the_leader(scene, page):
    leader, standby = scene.cluster.leader(), scene.cluster.standbys()[0]
    page.go(web(standby) + "/")
    page.wait("the page to be live", LIVE)
    check(page.run(HEADLINE) == f"{place(leader)} leads", f"the standby says {page.run(HEADLINE)}")
    check("ALIVE" not in page.run("document.documentElement.outerHTML"), "a standby's page says ALIVE")
    loads = page.loads()
    page.run("document.querySelector('.action a').click()")
    page.wait_for_load(loads)
    check(page.run("location.href").startswith(web(leader)), "the link does not lead to the leader")


def pages_follow_a_failover(scene, page):
    """One page of the leader that dies, one of a standby that stays up: nobody touches either."""
    cluster = scene.cluster
    old = cluster.wait_until_one_leads()
    standby = cluster.standbys()[0]
    other = page.browser.page(web(standby) + "/")
    page.go(web(old) + "/")
    for one in (page, other):
        one.wait("the page to be live", LIVE)
    old.kill()
    page.wait("the page of the dead leader to say so", "!document.getElementById('gone').hidden", 15)
    new = cluster.wait_for_leader(other_than=[old])
    other.wait("the standby's page to name the new leader", f"{HEADLINE} === '{place(new)} leads'", 15)
    other.wait("the new failover to be shown", "document.querySelectorAll('#failovers tbody tr').length === 2", 15)
    check(not other.complaints, f"the other page's console complains: {other.complaints}")
    page.complaints.clear()  # the browser's own words for a refused connection
    loads = page.loads()
    page.run(f"[...document.querySelectorAll('#gone a')].find(a => a.href.startsWith('{web(new)}')).click()")
    page.wait_for_load(loads)
    page.wait("the new leader to have its application",
              "document.querySelector('#running-app td:nth-child(8)')?.textContent === 'RUNNING'", 20)
    other.close()
    page.complaints.clear()
    old.start()
    cluster.wait_until_whole(30, scene.work.app)


def killed_application_goes(scene, page):
    cluster = scene.cluster
    leader = cluster.leader()
    page.go(web(leader) + "/")
    page.wait("the page to be live", LIVE)
    page.run("document.querySelector('#running-app .kill summary').click()")
    loads = page.loads()
    page.run("document.querySelector('#running-app .kill button').click()")
    page.wait_for_load(loads)
    check(page.run("location.pathname") == "/", f"after the kill the browser is at {page.run('location.href')}")
    page.wait("the application to be among the completed ones",
              f"document.querySelector('#completed-app tbody').textContent.includes('{scene.work.app}')", 15)
    check(cluster.app_row(scene.work.app)["state"] == "KILLED", f"it is {cluster.app_row(scene.work.app)['state']}")
    wait_for("the job to notice", lambda: not scene.work.job.running(), 60)


def portrait(scene, page, file):
    """A leader was killed under a job, and the next one has more to do: simulated workers and applications, if `make bench` has
    built their program."""
    cluster = scene.cluster
    old = cluster.wait_until_one_leads()
    old.kill()
    new = cluster.wait_for_leader(other_than=[old])
    scene.work.progress(3)
    old.start()
    cluster.wait_until_whole(30, scene.work.app)
    load = REPOSITORY / "build" / "release" / "benchmarks" / "load" / "pilotlight_load"
    if load.exists():
        cluster.lab.start("load", [load, "hold", "--master", place(new), "--workers", "24", "--apps", "40", "--cores", "8",
                                   "--memory", "32768", "--seconds", "60"], {})
        wait_for("the load to be there", lambda: len(cluster.state()["activeapps"]) == 41, 30)
    page.look_like(1280, 940)
    page.go(web(new) + "/")
    page.wait("the page to be live", LIVE)
    page.picture(file)


CASES = [leader_shows_its_cluster, every_address_of_the_page_answers, standby_names_the_leader, pages_follow_a_failover,
         killed_application_goes]
