"""When reports are more likely to be wrong than the hardware: then nothing is taken from anybody on their word.

    over a third of a pool does not work            → nothing in it is replaced
    one observer condemns more than the blast radius → nothing is replaced on its word alone

What is known to be out counts in neither: a unit that was taken, or asked for, or that nobody had, on a word that was
believed, and has been out for a day since. A small pool with several in repair would otherwise freeze by itself.

Whether a node is Ready, there and part of a working partition is what the cluster itself does with it, and pods feel
it. All else is somebody's opinion of a host that runs: a checker gone mad condemns every host at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass

from holdfast.planner.state.ledger import FAR, Grant, GrantState
from holdfast.planner.state.snapshot import Policy, Pool, Unit

OPINIONS = frozenset({"NodeProblemDetector", "NVSentinel", "DCGM", "Notice", "Remediator"})
"""Sources that speak of hosts which may well run."""
KNOWN_SECONDS = 86_400
"""After so long a report that has stood is no longer more likely to be wrong than the hardware."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """`frozen` says that too much of a pool does not work, `doubted` names the sources that condemn too much of it."""

    frozen: bool = False
    doubted: frozenset[str] = frozenset()

    @property
    def open(self) -> bool:
        """Whether anything is not believed."""
        return self.frozen or bool(self.doubted)

    @property
    def why(self) -> str:
        """What is not believed, for people."""
        if self.frozen:
            return "over a third of its units do not work"
        return f"{', '.join(sorted(self.doubted))} condemns more units than are replaced in ten minutes"

    def holds(self, unit: Unit) -> bool:
        """Whether nothing may be decided from what is reported of this unit."""
        return not unit.works and (self.frozen or unit.source in self.doubted)


CLOSED = Breaker()


def breaker_of(pool: Pool, now: int, policy: Policy) -> Breaker:
    """How a pool's breaker stands by what is reported of it now."""
    failed = [unit for unit in pool.units.values() if not unit.works and unit.available <= now]
    if not failed:
        return CLOSED  # so it is with nearly all
    news = [unit for unit in failed if not _known_out(pool, unit.name, now)]
    there = sum(unit.available <= now for unit in pool.units.values()) - len(failed) + len(news)
    said = Counter(unit.source for unit in news if unit.source in OPINIONS)
    radius = blast_radius(pool, policy)
    return Breaker(
        frozen=len(news) * policy.freeze_share > there and len(news) > 1,
        doubted=frozenset(source for source, count in said.items() if count > radius),
    )


def _known_out(pool: Pool, name: str, now: int) -> bool:
    """Whether a unit that does not work is no news."""
    grant = pool.ledger.grants.get(name)
    if grant is None:
        return now >= pool.ledger.idle_out.get(name, FAR) + KNOWN_SECONDS
    return any(now >= instant for instant in known_from(grant))


def idle_out(pool: Pool, grants: Container[str], now: int, breaker: Breaker) -> dict[str, int]:
    """Since when units that nobody has do not work: what is known of them stays, what is believed is added.

    A unit in somebody's hands, or in quarantine, has its instants with its grant.
    """
    known = pool.ledger.idle_out
    return {
        name: known.get(name, now)
        for name, unit in pool.units.items()
        if name not in grants
        and not unit.works
        and unit.available <= now
        and (name in known or not breaker.holds(unit))
    }


def known_from(grant: Grant) -> Iterator[int]:
    """From when on a unit counts as known to be out, if it goes on."""
    trouble = grant.trouble
    if grant.state is GrantState.QUARANTINED:
        yield grant.since + KNOWN_SECONDS
    elif trouble is not None and trouble.failed is not None and trouble.believed:
        yield trouble.failed + KNOWN_SECONDS


def blast_radius(pool: Pool, policy: Policy) -> int:
    """How many units of a pool may be replaced within ten minutes."""
    return max(1, len(pool.units) // policy.replacement_share)
