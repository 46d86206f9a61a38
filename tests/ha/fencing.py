"""The fencing check: did anybody write recovery state that had no right to, ever? Asked of ZooKeeper's own transaction logs.

The rules, for every write below <dir>/pilotlight/records:
  1. it is part of a multi whose first operation checks <dir>/pilotlight/epoch with the version that this node had then;
  2. all records of one epoch are written in one session, and that session writes no records in a later epoch of somebody else.
  3. none is written while a master of Spark's own is first in <dir>/leader_election: then that one leads, and has no epoch.
The second is needed because the log does not tell a check of "version 7" from a check of "any version": the servers write down
what they found. A session that went on writing after another had taken over shows it. Pure: transactions in, sentences out.
"""

import json
import posixpath

ORDERS = ("create", "set", "delete")


def violations(transactions, directory="/spark", strangers=()):
    """One sentence for each write that breaks a rule; empty when all is well. `strangers` are sessions of the tests themselves."""
    return _Reader(directory).read([one for one in transactions if one.session not in strangers])


def count_of_writes(transactions, directory="/spark"):
    """How many writes of records there were, so that a check of nothing is not taken for a good one."""
    records = f"{directory}/pilotlight/records/"
    return sum(one.what in ORDERS and one.path.startswith(records) for t in transactions if t.done() for one in t.operations)


class _Reader:
    def __init__(self, directory):
        self.epoch_path = posixpath.join(directory, "pilotlight", "epoch")
        self.records = posixpath.join(directory, "pilotlight", "records") + "/"
        self.election = posixpath.join(directory, "leader_election") + "/"
        self.queue = {}  # node: (its number, its session, whether it is one of Spark's own masters)
        self.version = None  # of the epoch node, now
        self.holder = None  # (epoch, leader) as the node says
        self.writer = None  # the session that writes in this holder's time
        self.deposed = {}  # session: the holder in whose time it wrote
        self.found = []

    def read(self, transactions):
        for transaction in transactions:
            if transaction.done():
                self._transaction(transaction)
        return self.found

    def _transaction(self, transaction):
        # The folders themselves (records/<kind>) hold nothing: any master may make them.
        writes = [one for one in transaction.operations if one.what in ORDERS and one.path.startswith(self.records)
                  and not (one.what == "create" and "/" not in one.path[len(self.records):])]
        if writes:
            self._check_fence(transaction, writes)
            self._check_session(transaction, writes)
            self._check_queue(transaction, writes)
        for one in transaction.operations:
            if one.path == self.epoch_path and one.what in ORDERS:
                self._epoch_written(one)
            self._queue_changed(transaction.session, one)

    def _check_fence(self, transaction, writes):
        first = transaction.operations[0]
        what = f"{_at(transaction)} {writes[0].what} {writes[0].path}"
        if not transaction.multi or first.what != "check" or first.path != self.epoch_path:
            self.found.append(f"{what} is not in a multi that begins with a check of {self.epoch_path}")
        elif self.version is None or first.version != self.version + 1:
            self.found.append(f"{what} checks version {first.version - 1} of the epoch node, which has {self.version}")

    def _check_session(self, transaction, writes):
        session, what = transaction.session, f"{_at(transaction)} {writes[0].what} {writes[0].path}"
        before = self.deposed.get(session)
        if before is not None and before[1] != self.holder[1]:  # the same master may lead again, in the same session
            self.found.append(f"{what} by session 0x{session:x} of {before}, in the time of {self.holder}")
        elif self.writer not in (None, session):
            self.found.append(f"{what} by session 0x{session:x}, but session 0x{self.writer:x} writes for {self.holder}")
        else:
            self.writer = session

    def _check_queue(self, transaction, writes):
        first = min(self.queue, key=self.queue.get, default=None)
        if first is not None and self.queue[first][2]:
            what = f"{_at(transaction)} {writes[0].what} {writes[0].path}"
            self.found.append(f"{what} while {first} of a master of Spark's own is first")

    def _queue_changed(self, session, one):
        if one.what == "create" and one.path.startswith(self.election):
            self.queue[one.path] = int(one.path[-10:]), session, not one.data  # ours say in JSON who they are
        elif one.what == "delete":
            self.queue.pop(one.path, None)
        elif one.what == "close":
            self.queue = {path: entry for path, entry in self.queue.items() if entry[1] != session}

    def _epoch_written(self, one):
        if one.what == "delete":
            self.found.append(f"the epoch node {self.epoch_path} was deleted")
            self.version = None
            return
        self.version = 0 if one.what == "create" else one.version
        holder = _holder(one.data)
        if holder == self.holder:
            return  # the same leader has changed the voters
        if self.holder and holder[0] <= self.holder[0]:
            self.found.append(f"the epoch node went from {self.holder} to {holder}")
        if self.writer is not None:
            self.deposed[self.writer] = self.holder
        self.holder, self.writer = holder, None


def _holder(data):
    """(epoch, who leads in it), from the epoch node's JSON."""
    try:
        content = json.loads(data or b"{}")
    except ValueError:
        content = {}
    return content.get("epoch", 0), json.dumps(content.get("leader"), sort_keys=True)


def _at(transaction):
    return f"0x{transaction.zxid:x}:"
