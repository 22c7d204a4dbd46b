"""Reservations that are gone while their promises are kept: how many of one tenant's, and why. For the words only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why reservations that are gone do not count as cancelled, whatever time passes; said as it stands here."""

    KIND_ANEW = (
        "the definition of CapacityReservation is going or was made anew after they were promised, so it took them "
        "along and nobody cancelled them"
    )
    WHOLE_FLEET = "most tenants lost most of theirs at once, which is no tenant's doing"
    KIND_UNREAD = (
        "the definition of CapacityReservation may not be read, so nothing shows that the kind stands"
    )


@dataclass(frozen=True, slots=True)
class Release:
    """A platform engineer's leave to let frozen deletions of a tenant go.

    It holds while `until` (epoch seconds) is ahead and `refused` is empty; `refused` says why it is not obeyed.
    """

    until: int = 0
    refused: str = ""

    def holds(self, now: int) -> bool:
        """Whether frozen deletions may go now."""
        return not self.refused and now < self.until


@dataclass(frozen=True, slots=True)
class HeldDeletions:
    """One tenant's reservations that are gone, of those that more than the usual patience is asked for.

    `questioned` are asked after for longer, `frozen` stay until they are back or released; `causes` says why, and
    `namespaces` where they were. `release` is the annotation of the tenant, None where there is none.
    """

    questioned: int = 0
    frozen: int = 0
    causes: tuple[Cause, ...] = ()
    namespaces: tuple[str, ...] = ()
    release: Release | None = None

    @property
    def notable(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.questioned or self.frozen or (self.release is not None and self.release.refused))


def totals(held: Iterable[HeldDeletions]) -> Mapping[str, int]:
    """How many are questioned and how many frozen in the whole fleet, for a metric that names no tenant."""
    every = tuple(held)
    return {
        "questioned": sum(one.questioned for one in every),
        "frozen": sum(one.frozen for one in every),
    }
