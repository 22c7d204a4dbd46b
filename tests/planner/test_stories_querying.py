"""Golden stories in plain words: asking before committing. Each is told in a fixed and in many random orders."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, tenant
from tests.planner.inquiry import Inquiry
from tests.planner.lifetimes import Random

from holdfast.api.reasons import Reason
from holdfast.planner.admission.relaxations import relaxed
from holdfast.planner.state.snapshot import AnswerKind, Policy, Window

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")
SLOT = 5 * MINUTE


def lake(cubes: int = 4, order: int = 0) -> Inquiry:
    """Lake Mariner with so many cubes; `order` mixes the maps every planner sees."""
    world = Inquiry(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, cubes))
    return world


@ORDERS
def test_who_asks_first_and_then_reserves_the_offer_gets_it(order: int) -> None:
    world = lake(order=order)
    world.asks(reservation("anthropic/serve", count=2, end=NOW + DAY))
    world.rest()
    ask = reservation("mistral/pretrain", count=2, duration=6 * HOUR)
    world.wonders(ask, AnswerKind.EARLIEST).rest()
    (offer,) = world.told["mistral/pretrain"].offers
    assert (offer.start, offer.count, dict(offer.pools)) == (NOW + DAY + SLOT, 2, {LAKE: 4})
    world.asks(replace(ask, window=Window(start=offer.start, end=offer.end)))
    world.rest()
    assert world.ready("mistral/pretrain") == "True Scheduled"
    assert world.promise("mistral/pretrain").end == offer.end


@pytest.mark.parametrize("question", AnswerKind)
def test_a_flexible_ask_that_is_offered_although_its_latest_end_is_beyond_the_horizon_is_promised(
    question: AnswerKind,
) -> None:
    world = lake()
    world.tenants["mistral-ai"] = tenant("mistral", horizon=10 * DAY)
    ask = reservation("mistral/pretrain", duration=HOUR, latest=NOW + 20 * DAY)
    world.wonders(ask, question).rest()
    assert world.told["mistral/pretrain"].offers[0].start == NOW
    assert max(offer.end for offer in world.told["mistral/pretrain"].offers) <= NOW + 10 * DAY
    world.asks(ask)
    assert world.rest().ready("mistral/pretrain") == "True Active"


@ORDERS
def test_nothing_is_held_for_an_offer_and_the_first_who_reserves_it_gets_it(order: int) -> None:
    world = lake(2, order)
    for name in ("mistral/a", "anthropic/b"):
        world.wonders(reservation(name, end=NOW + DAY), AnswerKind.CHECK)
    world.rest()
    assert [len(told.offers) for told in world.told.values()] == [1, 1]
    world.asks(reservation("anthropic/b", end=NOW + DAY))
    world.rest()
    world.asks(reservation("mistral/a", end=NOW + DAY))
    world.rest()
    assert world.ready("anthropic/b") == "True Active"
    assert world.ready("mistral/a") == "False WindowConflict"


@ORDERS
def test_a_reservation_goes_before_a_question_of_the_same_turn(order: int) -> None:
    world = lake(2, order)
    world.wonders(reservation("mistral/a", end=NOW + DAY), AnswerKind.CHECK)
    world.asks(reservation("anthropic/b", end=NOW + DAY))
    world.rest()
    told = world.told["mistral/a"]
    assert told.hold is not None
    assert told.hold.earliest_start == NOW + DAY + SLOT
    assert "anthropic" not in str(told)


@ORDERS
def test_whoever_follows_the_advice_of_a_hold_is_promised(order: int) -> None:
    world = lake(4, order)
    world.has(pool(ABERNATHY, 2))
    world.asks(
        reservation("anthropic/serve", start=NOW + 6 * HOUR, end=NOW + DAY, datacenters=("lake-mariner",))
    )
    world.rest()
    ask = reservation(count=2, start=NOW + HOUR, end=NOW + 9 * HOUR, datacenters=("lake-mariner",))
    world.asks(ask)
    hold = world.rest().hold("mistral/pretrain")
    assert hold.conflicts == ((NOW + 6 * HOUR - SLOT, NOW + 9 * HOUR),)
    assert [one.kind for one in hold.relaxations] == ["Later", "Fewer", "Shorter"]
    for n, advice in enumerate(hold.relaxations):
        again = lake(4, order).has(pool(ABERNATHY, 2))
        again.asks(
            reservation("anthropic/serve", start=NOW + 6 * HOUR, end=NOW + DAY, datacenters=("lake-mariner",))
        )
        again.rest()
        again.asks(replace(relaxed(ask, advice), name=f"try-{n}"))
        assert again.rest().ready(f"mistral/try-{n}") == "True Scheduled"


def test_an_answered_query_is_deleted_when_its_time_is_over_and_not_before() -> None:
    world = lake()
    world.wonders(reservation("mistral/a"), AnswerKind.CHECK, keep=600).rest()
    world.wait(599)
    assert len(world.queries) == 1
    world.wait(1)
    assert world.queries == {}


@ORDERS
def test_a_storm_of_one_tenant_delays_anothers_reservation_and_question_by_one_turn_at_most(
    order: int,
) -> None:
    world = lake(4, order)
    world.policy = Policy(decisions=4, queries_waiting=60)
    for n in range(90):
        world.wonders(reservation(f"mistral/q{n:02d}", duration=DAY), AnswerKind.EARLIEST)
    world.turn()
    world.asks(reservation("anthropic/serve", end=NOW + DAY))
    world.wonders(reservation("anthropic/ask", duration=DAY), AnswerKind.EARLIEST)
    world.turn()
    assert world.promise("anthropic/serve").start == NOW
    assert "anthropic/ask" in world.told
    world.rest()
    refused = [told.hold.reason for told in world.told.values() if told.hold is not None]
    assert set(refused) == {Reason.TOO_MANY_QUERIES}
    assert len(world.told) == 91
