"""A cluster in network namespaces: three masters, the ensemble and the workers have an address each, and any link can be cut."""

from cluster import SPARKS_OWN_MASTER
from ha_cluster import HaCluster
from harness import Failure, Lab, check
from network import Network
from scene import Work
from zookeeper import Ensemble


class NetworkCluster(HaCluster):
    """A HaCluster whose parts are nodes of a network: self.nodes[master], .zookeeper_node, .worker_nodes, .worker_node."""

    def __init__(self, lab, spark, worker_nodes=1, **options):
        self.network = Network()
        try:
            self.zookeeper_node = self.network.node("zk")
            self.worker_nodes = [self.network.node(f"w{number + 1}") for number in range(worker_nodes)]
            self.worker_node = self.worker_nodes[0]
            ensemble = Ensemble(lab, hosts=[self.zookeeper_node.address] * 3, prefix=self.zookeeper_node.prefix)
            super().__init__(lab, spark, masters=0, ensemble=ensemble, **options)
            self.client_host = self.network.address
            self.nodes = {}
            for number in (1, 2, 3):
                node = self.network.node(f"m{number}")
                master = self.add_master(start=False)
                master.host, master.prefix = node.address, node.prefix
                self.nodes[master] = node
                master.start()
            self.wait_for_leader(90)
        except BaseException as trouble:
            tails = lab.tails()
            lab.end()
            self.end()
            raise Failure(f"{trouble}\n{tails}") if isinstance(trouble, Failure) else trouble

    def end(self):
        self.network.end()


def started(scene, name):
    """With two workers on one node and a job at work."""
    cluster = network_cluster(scene, name)
    for _ in range(2):
        cluster.add_worker(host=cluster.worker_node.address, prefix=cluster.worker_node.prefix)
    cluster.wait_for_workers()
    return cluster, Work(cluster, scene.spark).begin()


def network_cluster(scene, name, **options):
    cluster = NetworkCluster(Lab(scene.folder / name), scene.spark, **options)
    scene.clusters.append(cluster)
    return cluster


def healed(cluster, work, old, new, same_executors=True):
    cluster.nodes[old].heal()
    if SPARKS_OWN_MASTER and not old.running():
        old.start()  # it ends itself
    cluster.wait_until_whole(60, work.app)
    check(cluster.leader() is new, f"{new.name} led before the network healed, {cluster.leader().name} does after it")
    work.progress(4)
    work.finish(same_executors)
