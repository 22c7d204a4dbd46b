"""`python -m tests.simulation.blips`: a year of a datacenter on the shipped agent and planner; exit status 1 on a miss.

    --days 365    so many days
    --seed 1      what happens to the hosts, and when (tests/simulation/year/fate.py: the rates and their sources)

Time jumps from one thing that happens to the next: a host that goes or comes back, or an instant that the planner waits
for. In between agent and planner take turns until neither writes any more. Every law of the ledgers, and every check of
tests/simulation/lifetimes/checks.py, holds all year. Interrupted, it prints the figures of the days that were played.
"""

from __future__ import annotations

import argparse
import heapq
import sys
import time
from collections.abc import Iterator, Sequence

from tests.simulation.lifetimes.hosts import write
from tests.simulation.lifetimes.speed import read_once
from tests.simulation.lifetimes.tenants import amends, pods
from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Place
from tests.simulation.year.books import Books
from tests.simulation.year.fate import DAY, Trouble, year_of
from tests.simulation.year.stock import HALLS, ONE_PLANNER, RACKS, SITE, begin

from holdfast.api.ledger import EMPTY
from holdfast.cluster.transport import kinds

ANSWERED_AFTER = 3_600
"""Seconds after which the tenant that is asked answers."""
MOST_ROUNDS = 200
SETTLE = 3
LEAST_DELIVERED = 0.9999


class Year:
    """The datacenter, its books, and what is still to happen."""

    def __init__(self, days: int, seed: int, dwell: int = 300) -> None:
        self.days = days
        self.played = 0
        self.world = World(ONE_PLANNER, start=begin(days, dwell))
        for planner in self.world.planners:
            planner.clock.rate = (
                1.0  # no calls in between correct what a clock would lose over hours of a jump
            )
        self.books = Books(self.world)
        hosts = [host["metadata"]["name"] for host in self.world.sites[SITE].storage.within("", "nodes", "")]
        self._coming = year_of(hosts, seed, days)
        self._ends: list[tuple[float, Trouble]] = []
        self._began = 0.0

    def play(self) -> Iterator[int]:
        """The whole year; yields the day whenever a new one begins."""
        self._settle()
        self.books.delivered = self.books.allowed = 0.0  # the year begins when everybody has what is promised
        self._began = self.world.time.elapsed
        coming, day = iter(self._coming), 0
        ahead = next(coming, None)
        while (at := self._next(ahead)) < self.days * DAY:
            self._jump(at)
            while ahead is not None and ahead.start <= at:
                self._begin(ahead)
                ahead = next(coming, None)
            while self._ends and self._ends[0][0] <= at:
                self._end(heapq.heappop(self._ends)[1])
            self._settle()
            if any(self.world.failures()):
                return  # the report says what
            if at // DAY > day:
                self.played = day = int(at // DAY)
                yield day
        self._jump(self.days * DAY)
        self.books.turn_page()
        self.played = self.days

    def _now(self) -> float:
        return self.world.time.elapsed - self._began

    def _next(self, ahead: Trouble | None) -> float:
        """The next instant at which anything happens."""
        turn = self.world.planners[0].last
        wake = turn.plan.wake_at if turn is not None else None
        instants = [ahead.start if ahead is not None else self.days * DAY]
        instants += [self._ends[0][0]] if self._ends else []
        instants += [self._now() + wake - self.world.time.epoch() + 1] if wake is not None else []
        instants += [asked + ANSWERED_AFTER for asked, _, _ in self._asked()]
        return max(self._now() + 1, min(instants))

    def _jump(self, at: float) -> None:
        self.world.time.elapsed += max(0.0, at - self._now())
        self.world.pass_time(1)

    def _begin(self, trouble: Trouble) -> None:
        site = self.world.sites[SITE]
        host = site.find(kinds.NODE, trouble.host)
        if host is None:
            return
        said = [{"type": "Ready", "status": "Unknown"}]
        if trouble.lasting:
            said.append({"type": "KernelDeadlock", "status": "True"})
        write(site, kinds.NODE, host, status={"conditions": said})
        self.books.away[trouble.host] = trouble
        self.books.happened += 1
        self.books.blips += trouble.blip
        self.books.failures += not trouble.blip
        heapq.heappush(self._ends, (trouble.end, trouble))

    def _end(self, trouble: Trouble) -> None:
        site = self.world.sites[SITE]
        host = site.find(kinds.NODE, trouble.host)
        if host is not None:
            write(site, kinds.NODE, host, status={"conditions": [{"type": "Ready", "status": "True"}]})
        if trouble.lasting:
            self._without_pods(trouble.host)
        self.books.away.pop(trouble.host, None)
        self.books.happened += 1

    def _without_pods(self, host: str) -> None:
        """A host that was repaired has none."""
        storage = self.world.sites[SITE].storage
        for pod in list(storage.within("", kinds.POD.plural, "")):
            if pod["spec"]["nodeName"] == host:
                meta = pod["metadata"]
                storage.erase(Place("", kinds.POD.plural, meta["namespace"], meta["name"]))

    def _settle(self) -> None:
        """Everybody takes turns until nothing is written; tenants run pods on whatever is open, and answer."""
        for _ in range(MOST_ROUNDS):
            self.books.turn_page()
            before = self.world.written, self.books.site_changes
            self._answer()
            self.world.calm(seconds=SETTLE)
            if before == (self.world.written, self.books.site_changes):
                break
            pods(self.world, 0, 0)
        else:
            self.world.broken.append(f"I12: no rest on day {self._now() // DAY:.0f}")
        self.world.hub.compact()
        self.world.sites[SITE].compact()

    def _asked(self) -> Iterator[tuple[float, str, int]]:
        """Of racks that have failed and wait for a word: since when, unit, grant."""
        for unit, grant in (self.world.truth.pools[RACKS.pool].status or EMPTY).units.items():
            trouble = grant.trouble
            waits = trouble is not None and trouble.failed and not trouble.swap and not trouble.ended
            if trouble is not None and waits and grant.state == "Active":
                yield self._now() + (trouble.failed or 0) - self.world.time.epoch(), unit, grant.grant

    def _answer(self) -> None:
        due = [(unit, number) for at, unit, number in self._asked() if at + ANSWERED_AFTER <= self._now() + 1]
        if due:
            consents = [{"pool": RACKS.pool, "unit": unit, "grant": number} for unit, number in due]
            amends(self.world, f"{RACKS.tenant}-lab", "year", {"repair": {"consents": consents}})


def report(year: Year) -> Iterator[tuple[str, str, bool]]:
    """What, how much, and whether it is as it must be."""
    books = year.books
    hosts = sum(hall.units * hall.hosts for hall in HALLS)
    yield (
        "hosts, days",
        f"{hosts}, {year.played}" + ("" if year.played == year.days else f" of {year.days}"),
        True,
    )
    yield "blips of 1 to 3 minutes", str(books.blips), True
    yield "failures, of which some heal", str(books.failures), True
    yield "units swapped", str(books.swapped), True
    yield "pods evicted", str(books.evicted), True
    yield (
        "pods evicted for blips shorter than the dwell (must be 0)",
        str(books.evicted_for_blips),
        not books.evicted_for_blips,
    )
    yield "racks swapped", str(books.racks_swapped), True
    needless = books.racks_swapped_needlessly
    yield "racks swapped while 16 of 18 hosts worked (must be 0)", str(needless), not needless
    delivered = f"{100 * books.share:.4f} %"
    yield (
        "delivered of what the hardware allowed (at least 99.99 %)",
        delivered,
        books.share >= LEAST_DELIVERED,
    )
    broken = list(year.world.failures())
    yield "laws and invariants broken (must be 0)", "; ".join(broken[:2]) or "0", not broken


def main(words: Sequence[str] | None = None) -> int:
    """Play the year and print its figures; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation.blips", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    read_once()
    started, year = time.monotonic(), Year(asked.days, asked.seed)
    try:
        for day in year.play():
            if day % 30 == 0:
                sys.stdout.write(f"day {day:3}  {time.monotonic() - started:4.0f} s\n")
                sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stdout.write("interrupted: what follows is of the days before\n")
    finally:
        year.world.end()
    lines = list(report(year))
    sys.stdout.write(
        "".join(f"{what:60} {figure}{'' if well else '   MISSED'}\n" for what, figure, well in lines)
    )
    return 0 if all(well for _, _, well in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
