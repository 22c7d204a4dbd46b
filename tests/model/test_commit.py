"""Every order of two planners, two agents and tenants over two pools, three units and two reservations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, LAKE, NOW, pool, reservation
from tests.model.explorer import Unsafe, explore
from tests.model.planners import Event, State, model

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import Entry, EntryState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Reservation, Snapshot

pytestmark = pytest.mark.model

TWO = reservation("mistral/two", topology="4x4x8", end=NOW + DAY)
ONE = reservation("anthropic/one", topology="4x4x4", end=NOW + DAY)
ALL = replace(ONE, topology="4x4x8")
TWICE = replace(ONE, count=2)


def asks(ask: Reservation) -> Event:
    """A reservation comes."""
    return lambda state: replace(state, asks={**state.asks, ask.uid: ask})


def amends(ask: Reservation, **changes: Any) -> Event:
    """A reservation is changed."""

    def change(state: State) -> State:
        old = state.asks[ask.uid]
        return replace(
            state, asks={**state.asks, ask.uid: replace(old, generation=old.generation + 1, **changes)}
        )

    return change


def cancels(ask: Reservation) -> Event:
    """A reservation is deleted, and that is proven."""
    return lambda state: replace(
        state,
        asks={uid: each for uid, each in state.asks.items() if uid != ask.uid},
        gone=state.gone | {ask.uid},
    )


@dataclass(frozen=True)
class Story:
    """What tenants do, and how far it is looked at."""

    events: tuple[Event, ...]
    crashes: int = 0
    rounds: int = 2


STORIES = {
    "an ask that is cancelled": Story((asks(TWO), cancels(TWO)), crashes=1, rounds=3),
    "an ask that grows": Story((asks(ONE), amends(ONE, count=2)), crashes=1, rounds=3),
    "one that gives back": Story((asks(TWICE), amends(TWICE, count=1)), crashes=1),
    "two asks that both fit": Story((asks(TWO), asks(ONE))),
    "a hand-over from one tenant to the next": Story((asks(TWO), cancels(TWO), asks(ALL)), rounds=3),
}


def begun(story: Story) -> State:
    """Two pools of two units and one, of which nothing is promised."""
    pools = {LAKE: pool(LAKE, 2), ABERNATHY: pool(ABERNATHY, 1)}
    return State(pools, events=story.events, crashes=story.crashes, rounds=story.rounds)


@pytest.mark.parametrize("story", STORIES)
def test_no_order_promises_twice_and_from_everywhere_all_come_to_rest(story: str) -> None:
    found = explore(model(begun(STORIES[story])))
    assert found.states > 1_000
    assert found.at_rest > 0


def without_needs(snapshot: Snapshot) -> Plan:
    """A planner that commits whether or not the ledgers took the entries."""
    made = plan(snapshot)
    return replace(made, promises=tuple(replace(swap, needs=frozenset()) for swap in made.promises))


def forgetful(snapshot: Snapshot) -> Plan:
    """A planner that drops every attempt it meets, without a new round."""
    bare = {
        name: replace(each, ledger=replace(each.ledger, entries=_without_attempts(each.ledger.entries)))
        for name, each in snapshot.pools.items()
    }
    return plan(replace(snapshot, pools=bare))


def _without_attempts(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    return {uid: entry for uid, entry in entries.items() if entry.state is not EntryState.PREPARED}


@pytest.mark.parametrize("planner", [without_needs, forgetful])
def test_a_planner_without_one_of_its_rules_is_found_out(planner: Callable[[Snapshot], Plan]) -> None:
    wrong = replace(begun(STORIES["two asks that both fit"]), plan=planner)
    with pytest.raises(Unsafe, match="does not hold it"):
        explore(model(wrong))
