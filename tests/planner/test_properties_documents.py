"""Whatever is planned can be written down: every ledger, promise and status of random lives, in a hub of API size too.

The world makes each document as it comes (`documented.py`), so a life that comes to its end is the proof.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import DAY, HOUR, LAKE, pool, reservation, tenant
from tests.planner.ailing import ail
from tests.planner.documented import unfit
from tests.planner.inquiry import Inquiry
from tests.planner.lifetimes import Random, cancellation
from tests.planner.maintaining import maintains, maintenance
from tests.planner.several import nightly

from holdfast.api.ledger import MAX_TIMES
from holdfast.planner.state.ledger import Ledger, Trouble
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import AnswerKind, Reservation, Window
from holdfast.planner.state.steps import LedgerWrite

LABELS = tuple(f"{tenant}/{name}" for tenant in ("mistral", "anthropic") for name in "a")


def wide_world(chance: Random) -> Inquiry:
    """A pool as large as they come, and more datacenters and pools than one promise can name or a message list."""
    world = Inquiry(cleaning=chance.choice((0, 300)))
    world.has(pool(LAKE, 200), *(pool(f"lake-mariner.tpu7x-{number:02d}", 4) for number in range(20)))
    world.has(*(pool(f"dc{number:02d}.tpu7x-a", 2) for number in range(17)))
    world.has(*(tenant(each, chips=10**6) for each in ("mistral", "anthropic")))
    return world


def some_ask(chance: Random, world: Inquiry) -> dict[str, Any]:
    count = chance.choice((1, 80, 150, 150, 700))
    at = world.now + chance.choice((0, HOUR))
    nights = tuple(
        replace(one, start=one.start + HOUR, end=one.end + HOUR) for one in nightly(3, count).parts
    )
    chosen = chance.choice((nights, (), ()))
    window = (
        Window(chosen[0].start, chosen[-1].end, parts=chosen)
        if chosen
        else Window(end=at + chance.choice((HOUR, DAY)))
    )
    most = max((part.count for part in chosen), default=count)
    named = chance.choice(((), (), (), ("lake-mariner",)))
    return {
        "count": most,
        "window": window,
        "datacenters": named,
        "across_datacenters": chance.random() < 0.7,
    }


def somebody_asks(chance: Random, world: Inquiry) -> None:
    """An ask, a change of one, or a question."""
    label, asked = chance.choice(LABELS), some_ask(chance, world)
    ask: Reservation = replace(reservation(label), **asked)
    if chance.random() < 0.3:
        world.wonders(
            replace(ask, name="q", window=Window(end=world.now + DAY)), chance.choice(list(AnswerKind))
        )
    elif any(one.label == label for one in world.reservations.values()):
        world.amends(label, **asked)
    else:
        world.asks(replace(ask, min_count=chance.choice((None, 1))))


def something_flaps(chance: Random, world: Inquiry) -> None:
    """A unit in somebody's hands has come and gone as often as can be counted, and goes once more."""
    held = [(each, name) for each in world.pools.values() for name in sorted(each.ledger.grants)]
    if held:
        where, name = chance.choice(held)
        trouble = Trouble(world.now - 2, chance.choice((MAX_TIMES, MAX_TIMES - 1)), ended=world.now - 1)
        grants = {**where.ledger.grants, name: replace(where.ledger.grants[name], trouble=trouble)}
        world.declare(where.name, ledger=replace(where.ledger, grants=grants))
        ail(world, where.name, name)


def somebody_works(chance: Random, world: Inquiry) -> None:
    """Maintenance over weeks, against whoever is there."""
    if not world.maintenance:
        start = world.now + chance.choice((0, HOUR))
        maintains(world, maintenance("work", start, start + 90 * DAY, against=frozenset(LABELS)))


LATER = (somebody_asks, somebody_asks, something_flaps, somebody_works, cancellation)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_planned_in_a_wide_world_can_be_written_down(seed: int) -> None:
    chance = Random(seed)
    world = wide_world(chance)
    for happening in (somebody_asks, somebody_asks, *chance.sample(LATER, 4)):
        happening(chance, world)
        world.turn()
        world.turn()


def test_a_plan_that_cannot_be_written_down_is_noticed() -> None:
    made = Plan(ledgers=(LedgerWrite(LAKE, "1", Ledger(peak=257)),))
    assert [line.partition(":")[0] for line in unfit(made)] == [f"the ledger of {LAKE} cannot be made"]
    assert list(unfit(Plan(ledgers=(LedgerWrite(LAKE, "1", Ledger(peak=256)),)))) == []
