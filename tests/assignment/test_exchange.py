"""Exchanges: what lies on two units changes places, whole and only where it fits, so that another finds a unit."""

from __future__ import annotations

import pytest

from holdfast.assignment import exchange
from holdfast.assignment.demand import Demand, Span
from holdfast.assignment.exchange import hopeless, moved
from holdfast.assignment.laid import Laid

Hours = tuple[int, int]
SHORT, LONG = (0, 20), (0, 99)
ASK = (10, 40)


def laid(units: dict[str, Hours], *rows: tuple[str, Hours], ask: Hours = ASK, pinned: str = "") -> Laid:
    """Where demands lie in the order of their starts, and one more that asks; what is on `pinned` is so."""
    spans = [Span(*hours, 1) for _, hours in rows]
    hands = [(name,) if name == pinned else () for name, _ in rows]
    demands = [*(Demand(span, held) for span, held in zip(spans, hands, strict=True)), Demand(Span(*ask, 1))]
    made = Laid.over({name: (Span(*hours, 1),) for name, hours in units.items()}, demands)
    for place, (name, _) in enumerate(rows):
        if name != pinned:
            made.put(place, name)
    return made


TWO = {"short": SHORT, "long": LONG}
CASES = (
    ("the last of each", TWO, [("short", (5, 9)), ("long", (7, 11))], [["long"], ["short"], ["long"]]),
    ("to an empty one", TWO, [("long", (7, 11))], [["short"], ["long"]]),
    ("only what overlaps", TWO, [("short", (1, 3)), ("long", (7, 11))], [["short"], ["short"], ["long"]]),
    ("all that hangs together", TWO, [("long", (1, 6)), ("short", (5, 9)), ("long", (8, 11))],
     [["short"], ["long"], ["short"], ["long"]]),
)  # fmt: skip


@pytest.mark.parametrize(("name", "units", "rows", "given"), CASES, ids=[case[0] for case in CASES])
def test_what_changes_places(
    name: str, units: dict[str, Hours], rows: list[tuple[str, Hours]], given: list[list[str]]
) -> None:
    made = laid(units, *rows)
    assert moved(made, len(rows))
    assert made.given() == given


NEVER: tuple[tuple[str, dict[str, Hours], list[tuple[str, Hours]], str], ...] = (
    ("what would outlast the other unit", TWO, [("long", (7, 21))], ""),
    ("what began before the other came", {"short": (8, 20), "long": LONG}, [("long", (7, 11))], ""),
    ("what is pinned", TWO, [("long", (0, 11))], "long"),
    ("what began while the other was pinned", TWO, [("short", (0, 8)), ("long", (7, 11))], "short"),
    ("what is in the way of something that does not fit", {"short": SHORT, "long": (6, 99)},
     [("short", (5, 9)), ("long", (7, 11))], ""),
)  # fmt: skip


@pytest.mark.parametrize(("name", "units", "rows", "pinned"), NEVER, ids=[case[0] for case in NEVER])
def test_what_stays_where_it_is(
    name: str, units: dict[str, Hours], rows: list[tuple[str, Hours]], pinned: str
) -> None:
    made = laid(units, *rows, pinned=pinned)
    before = made.given()
    assert not moved(made, len(rows))
    assert made.given() == before


def test_so_many_pairs_are_looked_at_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    units = {"long-0": LONG, "long-1": LONG, "short": SHORT}
    rows = (("long-0", (7, 21)), ("long-1", (7, 11)))
    assert moved(laid(units, *rows), 2)
    monkeypatch.setattr(exchange, "LOOKS", 1)
    assert not moved(laid(units, *rows), 2)


@pytest.mark.parametrize(
    ("lying", "units", "answer"),
    [
        ((7, 11), TWO, False),
        ((7, 21), TWO, True),
        ((7, 11), {"long": LONG}, True),
        ((7, 11), {"short": (0, 10), "long": LONG}, True),
        ((7, 60), {"short": SHORT, "long": LONG, "longer": (0, 50)}, False),
    ],
    ids=["it may move", "two last beyond the short one", "there is one", "the other leaves", "a third lasts"],
)
def test_where_too_few_stay_no_exchange_is_looked_for(
    lying: Hours, units: dict[str, Hours], answer: bool
) -> None:
    assert hopeless(laid(units, ("long", lying)), 1) is answer
