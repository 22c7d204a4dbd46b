"""What opens the breaker of a pool, and what is no news to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, NOW, grant, pool, with_ledger, with_units

from holdfast.planner.state.breaker import Breaker, breaker_of
from holdfast.planner.state.ledger import Grant, GrantState, Trouble
from holdfast.planner.state.snapshot import Health, Policy
from holdfast.planner.wake import of_pool

FAILED, OPEN = Trouble(NOW - DAY, failed=NOW - DAY), Breaker(frozen=True)
ASKED = replace(FAILED, until=NOW + DAY)
QUARANTINED = grant(None, state=GrantState.QUARANTINED, since=NOW - DAY)


def of_ten(out: Grant | None, news: int, source: str = "Kubelet") -> Breaker:
    """The breaker of ten units, of which three are out under such a grant, and so many more that nobody has."""
    given = {} if out is None else {f"cube-{n:03d}": replace(out, number=n + 1) for n in range(3)}
    ten = with_ledger(pool(cubes=10), grants=given, granted=9)
    names = [f"cube-{n:03d}" for n in range(3 + news)]
    return breaker_of(with_units(ten, *names, health=Health.UNHEALTHY, source=source), NOW, Policy())


@pytest.mark.parametrize(
    ("name", "out", "news", "breaker"),
    [
        ("three of ten are believed", None, 0, Breaker()),
        ("four are not", None, 1, OPEN),
        ("three that are in quarantine for a day are no news", QUARANTINED, 2, Breaker()),
        ("over a third of the others is", QUARANTINED, 3, OPEN),
        ("in quarantine for less they count", replace(QUARANTINED, since=NOW - DAY + 1), 1, OPEN),
        ("three of which their tenant was asked a day ago are no news", grant(trouble=ASKED), 2, Breaker()),
        ("nor three that were to go", grant(trouble=replace(FAILED, swap=NOW)), 2, Breaker()),
        ("three that nobody believed stay unbelieved", grant(trouble=FAILED), 1, OPEN),
        ("three that failed today count", grant(trouble=replace(ASKED, failed=NOW - DAY + 1)), 1, OPEN),
    ],
)  # fmt: skip
def test_what_is_known_to_be_out_does_not_freeze_a_small_pool(
    name: str, out: Grant | None, news: int, breaker: Breaker
) -> None:
    assert of_ten(out, news) == breaker


@pytest.mark.parametrize(
    ("name", "since", "news", "breaker"),
    [
        ("three that nobody has, out for a day, are no news", NOW - DAY, 2, Breaker()),
        ("for less they count", NOW - DAY + 1, 1, OPEN),
        ("over a third of the others is", NOW - DAY, 3, OPEN),
    ],
)
def test_what_nobody_has_and_is_known_to_be_out_does_not_freeze_a_small_pool(
    name: str, since: int, news: int, breaker: Breaker
) -> None:
    known = {f"cube-{n:03d}": since for n in range(3)}
    names = [f"cube-{n:03d}" for n in range(3 + news)]
    ten = with_units(with_ledger(pool(cubes=10), idle_out=known), *names, health=Health.UNHEALTHY)
    assert breaker_of(ten, NOW, Policy()) == breaker
    assert since + DAY in list(of_pool(ten, None, {}, Policy()))


def test_an_observer_is_not_doubted_for_what_it_said_a_day_ago() -> None:
    assert of_ten(QUARANTINED, 1, "DCGM") == Breaker()
    assert of_ten(replace(QUARANTINED, since=NOW), 0, "DCGM").doubted == {"DCGM"}


def test_a_turn_comes_when_a_unit_is_no_news_any_more() -> None:
    asked, gone = grant(trouble=ASKED), replace(QUARANTINED, number=2)
    one = with_ledger(pool(), grants={"cube-000": asked, "cube-001": gone}, granted=2)
    assert list(of_pool(one, None, {}, Policy())).count(NOW) >= 2
