"""The table at the end of the demo: what each failover took, from outside and in the new leader's own words."""

PHASES = ["claimed", "state_ready", "first_worker", "all_workers", "all_applications"]
DOCUMENTED = "1-2 minutes"  # Spark's documentation: "the time it takes to recover ... should take between 1 and 2 minutes"


class Table:
    """One column for each failover, so that it fits a terminal of 80 columns."""

    def __init__(self):
        self.columns = [["ms after the fault", "ALIVE (seen from outside)", "all back (from outside)",
                         *(name.replace("_", " ") for name in PHASES), "Spark documents"]]

    def add(self, how, master, timing, phases):
        seen = [f"{timing.alive * 1000:,.0f}", f"{timing.whole * 1000:,.0f}"]
        own = [f"{phases[name]:,.1f}" if phases.get(name) is not None else "-" for name in PHASES]
        self.columns.append([f"{master.name} {how}", *seen, *own, DOCUMENTED])

    def show(self, seconds):
        widths = [max(map(len, column)) for column in self.columns]
        line = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
        head, *rows = zip(*self.columns)
        print(f"\n{line}\n{_row(head, widths)}\n{line}")
        for row in rows:
            print(_row(row, widths))
        print(f"{line}\nWhat is not seen from outside, over /json/, is the new leader's flight record.\n"
              f"The whole demo: {seconds:.0f} s.", flush=True)


def _row(cells, widths):
    return "|" + "|".join(f" {cell:<{width}} " if n == 0 else f" {cell:>{width}} " for n, (cell, width) in
                          enumerate(zip(cells, widths))) + "|"
