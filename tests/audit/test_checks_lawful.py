"""What looks odd and is lawful: none of it is a finding."""

from __future__ import annotations

import pytest
from tests.audit.world import (
    CLEARING,
    DUE,
    EVAL,
    LATER,
    POOL,
    PRETRAIN,
    STRANGER,
    World,
    a_world,
    picture,
)
from tests.builders import NOW
from tests.documents import Edit, edit, edits, grant

from holdfast.audit.checks import findings_in

LEDGER = ("pools", POOL, "status")
TRIED = {**DUE.entry(), "reservation": "widgets/try", "count": 1, "state": "Prepared", "round": 0}
LARGER = {"attempt": "a2", "round": 2, "count": 4, "from": LATER[0], "until": LATER[1] + CLEARING}


def rolled_next(world: World) -> None:
    """An amendment just committed: the promise is new, the entry still carries it as its next form."""
    edit(*LEDGER, "promises", EVAL, "next", LARGER)(world)
    edit("promises", EVAL, "spec", {**world["promises"][EVAL]["spec"], "attempt": "a2", "round": 3, "slices": 4,
                                    "requestedSlices": 4, "pools": {POOL: 4}})(world)  # fmt: skip
    edits(edit(*LEDGER, "peak", 4), edit("reservations", EVAL, "status", "promised", "slices", 4))(world)
    edit("reservations", EVAL, "status", "promised", "pools", [{"name": POOL, "count": 4}])(world)


def replaced(world: World) -> None:
    """A failed unit and the spare that takes its place are both in hand for a while."""
    edit(*LEDGER, "units", "cube-003", {**grant(grant=4), "replaces": "cube-001"})(world)
    edits(
        edit(*LEDGER, "granted", 4), edit("reports", POOL, "spec", "units", "cube-001", "health", "Unhealthy")
    )(world)


def ended(world: World) -> None:
    """A promise on its way out: units and nodes are still with the tenant until they are closed."""
    edit("promises", PRETRAIN, "spec", "state", "Releasing")(world)
    edit(*LEDGER, "promises", PRETRAIN, "state", "Releasing")(world)
    for unit in ("cube-000", "cube-001"):
        edit(*LEDGER, "units", unit, "state", "Releasing")(world)
    edit("reservations", PRETRAIN, "status", "conditions", [])(world)


WORK = {"name": "cooling", "from": NOW + 60, "until": NOW + 120}
LAWFUL: dict[str, Edit] = {
    "an attempt that is only prepared": edits(
        edit(*LEDGER, "promises", STRANGER, TRIED),
        edit(*LEDGER, "peak", 4),
    ),
    "an amendment just committed": rolled_next,
    "maintenance against a promise that it names, and of units that are left": edits(
        edit(*LEDGER, "outages", PRETRAIN, {**WORK, "against": [PRETRAIN, EVAL]}),
        edit(*LEDGER, "outages", EVAL, {**WORK, "name": "firmware", "units": ["cube-004"]}),
    ),
    "a unit being replaced": replaced,
    "a promise being released": ended,
    "a reservation whose namespace is gone": edit("namespaces", "widgets", None),
    "an entry longer than its promise needs": edit(*LEDGER, "promises", EVAL, "until", LATER[1] + 9_999),
    "a pool that is cleaned for longer since its promises were made": edit(
        "pools", POOL, "spec", "turnAroundSeconds", 7200
    ),
    "a reservation that was never answered": edits(
        edit("reservations", EVAL, "status", None),
        edit("promises", EVAL, None),
        edit(*LEDGER, "promises", EVAL, None),
    ),
    "a status that has opinions about nothing": edit("reservations", PRETRAIN, "status", "conditions", []),
}


@pytest.mark.parametrize("odd", LAWFUL)
def test_nothing_is_found_in(odd: str) -> None:
    world = a_world()
    LAWFUL[odd](world)
    assert findings_in(picture(world)) == ()
