"""Promises by the name of their reservation: one that was deleted and made anew under its name has two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.frozen.records import Records
from holdfast.planner.state.ledger import Promise

NOBODY: tuple[str, ...] = ()


def _nothing() -> Records[str, tuple[str, ...]]:
    return Records.of({})


@dataclass(frozen=True, slots=True)
class Namesakes:
    """By label (`namespace/name`) the uids of promises, kept up by what changes."""

    uids: Records[str, tuple[str, ...]] = field(default_factory=_nothing)

    def of(self, label: str) -> tuple[str, ...]:
        """The uids of the promises whose reservation has, or had, this label."""
        found: tuple[str, ...] = self.uids.get(label, NOBODY)
        return found

    def with_changes(self, changes: Iterable[tuple[Promise | None, Promise | None]]) -> Namesakes:
        """The same after promises have come or gone (before, after); what else changes of them is not kept here."""
        named: dict[str, tuple[str, ...]] = {}
        for before, after in changes:
            one = after or before
            if one is None or (before is not None and after is not None):
                continue
            label = one.label
            known = named[label] if label in named else self.of(label)
            others = tuple(uid for uid in known if uid != one.uid) if known else NOBODY
            named[label] = others if after is None else tuple(sorted((*others, one.uid)))
        left = {label: uids for label, uids in named.items() if uids}
        return Namesakes(self.uids.with_changes(left, named.keys() - left.keys())) if named else self


def namesakes_of(promises: Mapping[str, Promise]) -> Namesakes:
    """What all promises make, worked out from nothing."""
    return Namesakes().with_changes((None, promise) for promise in promises.values())
