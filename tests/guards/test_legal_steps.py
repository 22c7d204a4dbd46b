"""Every pair of states of an entry, a grant and a promise, on a real API server: taken where the table says so."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from tests.documents import UID, Document, entry, grant
from tests.guards.ledgers import status, tried
from tests.guards.server import Server
from tests.guards.test_promise_guards import NOTHING_YET, RECORD
from tests.guards.test_promise_guards import tried as tried_on_a_promise

from holdfast.api.legal_steps import ABSENT, ENTRY_STEPS, GRANT_STEPS, PROMISE_STEPS, legal

ROUND = 4


def entries(state: str, round_: int) -> dict[str, Document]:
    """The map of entries with one in this state, or none."""
    return {} if state == ABSENT else {UID: entry(state=state, round=round_)}


def units(state: str) -> dict[str, Document]:
    """The map of units with one in this state, or none; a quarantined one is nobody's."""
    if state == "Quarantined":
        return {"u0": {"grant": 1, "state": state, "since": 900}}
    return {} if state == ABSENT else {"u0": grant(state=state)}


@pytest.mark.parametrize(("old", "new"), list(product(ENTRY_STEPS, ENTRY_STEPS)))
def test_an_entry_goes_from_state_to_state_as_the_table_says(hub: Server, old: str, new: str) -> None:
    answer = tried(
        hub, {"promises": entries(old, ROUND)}, status("promises", entries(new, ROUND + (old != new)))
    )
    assert answer.accepted == legal(ENTRY_STEPS, old, new), answer.message


@pytest.mark.parametrize(("old", "new"), list(product(GRANT_STEPS, GRANT_STEPS)))
def test_a_unit_goes_from_state_to_state_as_the_table_says(hub: Server, old: str, new: str) -> None:
    start = {"asOf": 2000, "units": units(old), "granted": 0 if old == ABSENT else 1}
    change = status("units", units(new))
    if old == ABSENT:
        granted = status("granted", 1)
        answer = tried(hub, start, lambda document: (change(document), granted(document)))
    else:
        answer = tried(hub, start, change)
    assert answer.accepted == legal(GRANT_STEPS, old, new), answer.message


FORMS: dict[str, Mapping[str, Any]] = {
    "None": {**NOTHING_YET, "cause": "", "endedAt": None},
    "Committed": {"state": "Committed", "cause": "", "endedAt": None},
    "Releasing": {"state": "Releasing", "cause": "Cancelled", "endedAt": None},
    "Released": RECORD,
}


@pytest.mark.parametrize(("old", "new"), list(product(FORMS, FORMS)))
def test_a_promise_goes_from_state_to_state_as_the_table_says(hub: Server, old: str, new: str) -> None:
    whole = {"attempt": "a2", "slices": 2, "pools": {"ny.tpu7x-a": 4}, "window": {"start": 2000, "end": 3000}}
    fresh = whole if old == "None" and new == "Committed" else {}
    change = {**fresh, **FORMS[new], "round": 2 + (old != new)} if old != new else {}
    start = {**FORMS[old], "round": 2}
    assert tried_on_a_promise(hub, start, change).accepted == legal(PROMISE_STEPS, old, new)
