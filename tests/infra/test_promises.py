"""A later declaration takes no supply from under a promise: each refusal beside the same change accepted."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.infra.ledgers import DAY, NOW, POOL, dated, day, promise, report, spec, standing

from holdfast_infra.hub_guard import may_declare

ACTIVE = {"promise": "p0", "state": "Active"}
ALWAYS = spec("a", "b")
COMING = dated(ALWAYS, "b", availableFrom=day(2))
LATE = dated(ALWAYS, "b", availableFrom=day(10))
BOTH = promise(2, 3, 5)
ONE = promise(1, 3, 5)
SHORT_OF_ONE = "reservation team/pretrain (tenant acme) short of 1 unit from"
# Why, the pool as it stands, the new spec, the sentence, and the same pool with the reason gone.
REFUSED = [
    (
        "a delivery slips into a window",
        standing(COMING, BOTH),
        LATE,
        f"availableFrom of b from {day(2)} to {day(10)} would leave {SHORT_OF_ONE} {day(3)}",
        standing(COMING, ONE),
    ),
    (
        "what was there is to come",
        standing(ALWAYS, BOTH),
        LATE,
        f"availableFrom of b from already there to {day(10)} would leave {SHORT_OF_ONE} {day(3)}",
        standing(ALWAYS, promise(2, 10, 12)),
    ),
    (
        "a unit leaves before a window",
        standing(ALWAYS, BOTH),
        dated(ALWAYS, "b", retiredBy=day(2)),
        f"retiredBy of b from never to {day(2)} would leave {SHORT_OF_ONE} {day(3)}",
        standing(ALWAYS, promise(2, 0, 2)),
    ),
    (
        "a unit leaves inside a window",
        standing(ALWAYS, BOTH),
        dated(ALWAYS, "b", retiredBy=day(4)),
        f"retiredBy of b from never to {day(4)} would leave {SHORT_OF_ONE} {day(4)}",
        standing(ALWAYS, promise(2, 3, 4)),
    ),
    (
        "a unit is sold to nobody any more",
        standing(ALWAYS, BOTH),
        dated(ALWAYS, "b", retiring=True),
        f"retiring of b from false to true would leave {SHORT_OF_ONE} {day(3)}",
        standing(ALWAYS, ONE),
    ),
    (
        "a unit is left out",
        standing(ALWAYS, BOTH),
        spec("a"),
        f"units of b from declared to left out would leave {SHORT_OF_ONE} {day(3)}",
        standing(ALWAYS, ONE),
    ),
    (
        "the lease ends earlier",
        standing(ALWAYS, BOTH),
        spec("a", "b", lease=4),
        (
            f"lease.end from {day(3_650)} to {day(4)} would leave reservation team/pretrain (tenant acme) short of 2 "
            f"units from {day(4)}"
        ),
        standing(ALWAYS, promise(2, 3, 4)),
    ),
    (
        "the unit in somebody's hands leaves, whatever else is free",
        standing(ALWAYS, promise(1, 0, 5), b=ACTIVE),
        dated(ALWAYS, "b", retiredBy=day(4)),
        f"retiredBy of b from never to {day(4)} would leave {SHORT_OF_ONE} {day(4)}",
        standing(ALWAYS, promise(1, 0, 5), a=ACTIVE),
    ),
    (
        "the unit in somebody's hands is said not to be there",
        standing(ALWAYS, promise(1, -1, 5), b=ACTIVE),
        LATE,
        f"would leave {SHORT_OF_ONE} {day(0)}",
        standing(ALWAYS, promise(1, -1, 5), a=ACTIVE),
    ),
    (
        "cleaning takes longer than the gap between two windows",
        standing(spec("a"), promise(1, 0, 2, "first"), promise(1, 2, 4, "second")),
        spec("a", turnAroundSeconds=DAY),
        (
            f"turnAroundSeconds from 0 to 86400 would leave reservation team/second (tenant acme) short of 1 unit "
            f"from {day(2)}"
        ),
        standing(spec("a"), promise(1, 0, 2, "first"), promise(1, 3, 4, "second")),
    ),
    (
        "the next form of an amendment needs it",
        standing(COMING, promise(1, 3, 5, next={"count": 2, "from": NOW + 4 * DAY, "until": NOW + 6 * DAY})),
        LATE,
        "reservation team/pretrain (tenant acme) short of 1 unit",
        standing(COMING, ONE),
    ),
    (
        "what stood by for a unit that fails is sold to others",
        standing(spec("a", "b", spares={"count": 1}), ONE),
        spec("a", "b", spares={"count": 0}),
        (
            f"spares from 1 to 0 would leave fewer units to replace one of reservation team/pretrain "
            f"(tenant acme) until {day(5)}"
        ),
        standing(spec("a", "b", spares={"count": 1})),
    ),
    (
        "counting would do, but one leaves as the other comes",
        standing(spec("a", "b", "c"), promise(2, 1, 3)),
        dated(dated(spec("a", "b", "c"), "b", retiredBy=day(2)), "c", availableFrom=day(2)),
        "retiredBy of b from never to",
        standing(spec("a", "b", "c"), promise(2, 1, 2)),
    ),
]


@pytest.mark.parametrize(("why", "pool", "new", "sentence", "without"), REFUSED)
def test_a_declaration_is_refused_while(
    why: str, pool: dict[str, Any], new: dict[str, Any], sentence: str, without: dict[str, Any]
) -> None:
    refusal = str(may_declare(pool, POOL, new))
    assert sentence in refusal, why
    assert refusal.endswith(
        "; keep what is declared, declare other units for that time, or wait until the tenant has moved or "
        "cancelled its reservation"
    )
    assert may_declare(without, POOL, new) is None, why


@pytest.mark.parametrize(
    ("why", "pool", "new"),
    [
        ("nothing changes", standing(COMING, BOTH), COMING),
        ("a delivery comes earlier", standing(COMING, BOTH), dated(COMING, "b", availableFrom=day(1))),
        (
            "a delivery slips, but not into a window",
            standing(COMING, BOTH),
            dated(ALWAYS, "b", availableFrom=day(3)),
        ),
        ("another unit takes its place", standing(COMING, BOTH), LATE | {"units": LATE["units"] | {"c": {}}}),
        ("the promise is on its way out", standing(COMING, promise(2, 3, 5, state="Releasing")), LATE),
        ("the window is over", standing(COMING, promise(2, -5, 0)), LATE),
        ("notice is longer", standing(ALWAYS, BOTH), ALWAYS | {"drainLeadSeconds": DAY}),
        ("more spares are kept", standing(ALWAYS, BOTH), ALWAYS | {"spares": {"count": 1}}),
        (
            "fewer spares are kept, and nobody is promised anything any more",
            standing(ALWAYS | {"spares": {"count": 1}}, promise(1, -5, 0)),
            ALWAYS,
        ),
        ("a unit in hand is to go after its promise", standing(ALWAYS, BOTH, b=ACTIVE), ALWAYS),
        (
            "a unit in somebody's hands sells nothing more",
            standing(ALWAYS, promise(2, -1, 5), a=ACTIVE, b=ACTIVE),
            dated(ALWAYS, "b", retiring=True),
        ),
        ("nobody was ever promised anything", {"spec": ALWAYS}, spec("a")),
    ],
)
def test_what_hurts_nobody_passes(why: str, pool: dict[str, Any], new: dict[str, Any]) -> None:
    assert may_declare(pool, POOL, new) is None, why


def test_who_was_short_already_keeps_nobody_from_a_change_that_makes_it_no_worse() -> None:
    overdue = standing(COMING, promise(3, 3, 5, "short"), promise(1, 20, 21, "other"))
    assert may_declare(overdue, POOL, dated(COMING, "b", availableFrom=day(3))) is None
    assert "short of 2 units" in str(may_declare(overdue, POOL, LATE))


def test_a_late_delivery_may_be_admitted_once_its_date_has_passed() -> None:
    overdue = standing(dated(ALWAYS, "b", availableFrom=day(-1)), BOTH)
    assert may_declare(overdue, POOL, LATE, report(a="Healthy", b="Missing")) is None
    assert SHORT_OF_ONE in str(may_declare(overdue, POOL, LATE, report(a="Healthy", b="Healthy")))


def test_a_unit_that_failed_replaces_none_that_is_taken_away() -> None:
    three, well = standing(spec("a", "b", "c"), BOTH), {"a": "Healthy", "b": "Healthy", "c": "Healthy"}
    assert SHORT_OF_ONE in str(may_declare(three, POOL, spec("a", "c"), report(**well | {"c": "Missing"})))
    assert may_declare(three, POOL, spec("a", "c"), report(**well)) is None


def test_a_longer_repair_is_refused_where_a_failed_unit_is_counted_on() -> None:
    pool, failed = standing(ALWAYS, BOTH), report(a="Healthy", b="Unhealthy")
    refusal = may_declare(pool, POOL, ALWAYS | {"repairSeconds": 4 * DAY}, failed)
    assert f"repairSeconds from {DAY} to {4 * DAY} would leave {SHORT_OF_ONE} {day(3)}" in str(refusal)
    assert may_declare(pool, POOL, ALWAYS | {"repairSeconds": 3 * DAY}, failed) is None


def test_the_replacement_of_a_failed_unit_is_not_taken_away() -> None:
    pool = standing(ALWAYS, promise(1, -1, 5), a=ACTIVE)
    assert SHORT_OF_ONE in str(may_declare(pool, POOL, spec("a"), report(a="Missing", b="Healthy")))
    assert may_declare(pool, POOL, spec("a"), report(a="Healthy", b="Healthy")) is None


def test_all_who_go_short_are_named_in_the_order_of_their_dates() -> None:
    names = [promise(2, 10 - number, 11 - number, f"r{number}") for number in range(5)]
    refusal = str(may_declare(standing(ALWAYS, *names), POOL, spec("a")))
    assert refusal.index("team/r4") < refusal.index("team/r3") < refusal.index("team/r2")
    assert " and 2 more; keep what is declared" in refusal


@pytest.mark.parametrize("turned", [False, True])
def test_of_those_that_begin_together_it_does_not_matter_who_was_promised_first(turned: bool) -> None:
    long = promise(1, 5, 20, "long"), promise(1, 5, 20, "other")
    short = promise(1, 5, 8)
    three = (*long, short) if turned else (short, *long)
    leaves, sooner = dated(ALWAYS, "b", retiredBy=day(30)), dated(ALWAYS, "b", retiredBy=day(10))
    assert "short of 1 unit" in str(may_declare(standing(leaves, *three), POOL, sooner))
    assert may_declare(standing(leaves, short, long[0]), POOL, sooner) is None


def test_a_unit_on_which_a_promise_rests_by_who_makes_room_for_it_is_not_taken() -> None:
    leaves, windows = dated(ALWAYS, "a", retiredBy=day(20)), ((5, 9), (7, 11), (10, 40))
    pool = standing(leaves, *(promise(1, *window, f"until-{window[1]}") for window in windows))
    refusal = str(may_declare(pool, POOL, dated(leaves, "b", retiredBy=day(30))))
    assert "reservation team/until-40 (tenant acme) short of 1 unit" in refusal


def test_many_units_of_one_change_are_said_once() -> None:
    block = spec(*[f"cube-{number}" for number in range(6)])
    refusal = str(may_declare(standing(block, promise(6, 1, 2)), POOL, spec("cube-0")))
    assert refusal.startswith(
        "units of cube-1, cube-2, cube-3 and 2 more from declared to left out would leave"
    )


@pytest.mark.parametrize(
    ("pool", "sentence"),
    [
        (None, "the hub knows no pool lake-mariner.tpu7x-a, so nobody can say what is promised from it"),
        ({"metadata": {}}, "cannot be read (KeyError: 'spec')"),
        (standing(COMING, {"count": 1}), "cannot be read (KeyError"),
        (standing(COMING, promise(1, 3, 5) | {"count": "many"}), "cannot be read (ValueError"),
        (standing(dated(ALWAYS, "b", availableFrom="soon")), "cannot be read (ValueError"),
    ],
)
def test_what_cannot_be_read_is_a_no(pool: dict[str, Any] | None, sentence: str) -> None:
    assert sentence in str(may_declare(pool, POOL, LATE))


def test_a_question_changes_nothing() -> None:
    pool, new = standing(COMING, BOTH, a=ACTIVE), copy.deepcopy(LATE)
    before = copy.deepcopy(pool)
    may_declare(pool, POOL, new, report(a="Healthy"))
    assert (pool, new) == (before, LATE)


DAYS = st.integers(0, 6)
DATES = st.fixed_dictionaries(
    {}, optional={"availableFrom": DAYS.map(day), "retiredBy": DAYS.map(lambda n: day(n + 1))}
)
DECLARED = st.dictionaries(st.sampled_from("abcd"), DATES, min_size=1).map(
    lambda units: spec() | {"units": units}
)
WINDOWS = st.tuples(st.integers(1, 2), DAYS, st.integers(1, 4)).map(lambda w: (w[0], w[1], w[1] + w[2]))


def served(declared: dict[str, Any], windows: list[tuple[int, int, int]]) -> bool:
    """Whether units can be found for all of these (count, first day, last day), by trying everything."""
    if not windows:
        return True
    (count, start, end), *others = windows
    fitting = [
        unit
        for unit, dates in declared["units"].items()
        if dates.get("availableFrom", "") <= day(start)
        and dates.get("retiredBy", day(99)) >= day(end)
        and all(until <= start or since >= end for since, until in dates.get("taken", ()))
    ]
    return any(
        served(
            {"units": declared["units"] | {u: _taken(declared["units"][u], start, end) for u in chosen}},
            others,
        )
        for chosen in itertools.combinations(fitting, count)
    )


def _taken(dates: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    return dates | {"taken": [*dates.get("taken", ()), (start, end)]}


@given(DECLARED, DECLARED, st.lists(WINDOWS, max_size=3))
def test_what_is_let_through_can_still_be_served_if_it_could_before(
    old: dict[str, Any], new: dict[str, Any], windows: list[tuple[int, int, int]]
) -> None:
    promises = [promise(*window, name=f"r{number}") for number, window in enumerate(windows)]
    could = may_declare(standing(spec("a", "b", "c", "d", "e", "f"), *promises), POOL, old) is None
    if could and may_declare(standing(old, *promises), POOL, new) is None:
        assert served(new, windows)
