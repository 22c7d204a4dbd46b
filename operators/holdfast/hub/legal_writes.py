"""The table of legal steps asked before anything is sent: a step that is not in it is a fault of ours.

The API server would refuse it too (its guards are made of the same table). It is refused here already, so that a fault
shows where it is, and with whom, also against a server whose guards are missing. So is a document that would pass a
limit of its own kind: whoever it is refused for is found and left alone (`refusals.py`), and everybody else is served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import ValidationError

from holdfast.api.door import unfit
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.legal_steps import ENTRY_STEPS, GRANT_STEPS, PROMISE_STEPS, Steps, illegal
from holdfast.api.promise import CapacityPromise
from holdfast.cluster.transport.errors import Refused

DocumentT = TypeVar("DocumentT")
INVALID = 422


def fitting(make: Callable[[], DocumentT]) -> DocumentT:
    """A document of what was planned; raises Refused where it passes a limit of its kind."""
    try:
        return make()
    except ValidationError as error:
        raise Refused(f"it is not sent: {unfit(error)}; report it", INVALID) from error


def check_ledger(old: LedgerDocument | None, new: LedgerDocument) -> None:
    """Return if every entry and every unit takes a legal step from one ledger to the next, else raise Refused."""
    before = old or EMPTY
    _check(
        "entry", ENTRY_STEPS, *({uid: one.state for uid, one in it.promises.items()} for it in (before, new))
    )
    _check(
        "unit", GRANT_STEPS, *({name: one.state for name, one in it.units.items()} for it in (before, new))
    )


def check_promise(old: CapacityPromise | None, new: CapacityPromise) -> None:
    """Return if a promise object takes a legal step, else raise Refused; `old` is None for a creation."""
    before = {} if old is None else {old.metadata.name: str(old.spec.state)}
    _check("promise", PROMISE_STEPS, before, {new.metadata.name: str(new.spec.state)})


def _check(what: str, steps: Steps, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name, before, after in illegal(steps, old, new):
        here, there = before or "nothing", after or "nothing"
        raise Refused(f"{what} {name} would go from {here} to {there}, which is no legal step", INVALID)
