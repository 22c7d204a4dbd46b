"""How many chips of a type each tenant holds by its promises, at every instant; kept up by what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.assignment.demand import Span
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.snapshot import Pool

NOTHING = Profile.of()
Holder = tuple[str, str]
"""A tenant and an accelerator type."""
Change = tuple[Promise | None, Promise | None]
"""A promise before and after."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Chips held, by tenant and accelerator type."""

    chips: Mapping[Holder, Profile] = field(default_factory=dict)

    def of(self, tenant: str, accelerator: str) -> Profile:
        """What one tenant holds of one type."""
        return self.chips.get((tenant, accelerator), NOTHING)

    def with_changes(self, changes: Iterable[Change], pools: Mapping[str, Pool]) -> Holdings:
        """The same after some promises have changed."""
        moved: dict[Holder, tuple[list[Span], list[Span]]] = {}
        for before, after in changes:
            for side, promise in enumerate((after, before)):
                if promise is not None and promise.state is PromiseState.COMMITTED:
                    holder = (promise.tenant, promise.accelerator)
                    moved.setdefault(holder, ([], []))[side].extend(held(promise, pools))
        if not moved:
            return self
        now_held = {
            holder: self.of(*holder).with_changes(gains, losses) for holder, (gains, losses) in moved.items()
        }
        return Holdings({**self.chips, **now_held})


def held(promise: Promise, pools: Mapping[str, Pool]) -> tuple[Span, ...]:
    """A promise's chips over its paid window, by the units of its pools; a pool that is not there has none.

    A slice that moves is in two pools for a while and is held once.
    """
    chips = sum(
        [count * pools[name].chips_per_unit for name, count in promise.pools.items() if name in pools]
    )
    most = max(promise.slices + promise.twice, 1)
    if not promise.intervals:
        return (Span(promise.start, promise.end, -(-chips * promise.slices // most)),)
    return tuple(Span(part.start, part.end, -(-chips * part.count // most)) for part in promise.intervals)


def holdings_of(promises: Mapping[str, Promise], pools: Mapping[str, Pool]) -> Holdings:
    """What all promises make, worked out from nothing."""
    return Holdings().with_changes(((None, promise) for promise in promises.values()), pools)
