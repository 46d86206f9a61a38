"""The table at the end of the demo: what each failover took, from outside and in the new leader's own words."""

PHASES = ["noticed", "claimed", "state_ready", "first_worker", "all_workers", "all_applications"]
DOCUMENTED = "1-2 minutes"  # Spark's documentation: "the time it takes to recover ... should take between 1 and 2 minutes"


class Table:
    def __init__(self):
        self.rows = []

    def add(self, how, master, timing, phases):
        seen = [f"{timing.alive * 1000:,.0f}", f"{timing.whole * 1000:,.0f}"]
        own = [f"{phases[name]:,.1f}" if phases.get(name) is not None else "-" for name in PHASES]
        self.rows.append([f"{master.name} {how}", *seen, *own, DOCUMENTED])

    def show(self, seconds):
        head = ["ms after the fault", "ALIVE", "all back", *(name.replace("_", " ") for name in PHASES), "Spark documents"]
        widths = [max(len(row[column]) for row in [head, *self.rows]) for column in range(len(head))]
        line = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
        print(f"\n{line}\n{_row(head, widths)}\n{line}")
        for row in self.rows:
            print(_row(row, widths))
        print(f"{line}\nALIVE and all back: seen from outside, over /json/. The rest: the new leader's flight record. "
              f"The whole demo: {seconds:.0f} s.", flush=True)


def _row(cells, widths):
    return "|" + "|".join(f" {cell:<{width}} " if n == 0 else f" {cell:>{width}} " for n, (cell, width) in
                          enumerate(zip(cells, widths))) + "|"
