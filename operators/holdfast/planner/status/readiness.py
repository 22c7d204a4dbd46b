"""How a promise stands, in one reason: a table of questions asked in order, the first yes is the answer.

Every message is a stable sentence: no times, no counters that move by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.status.facts import Facts


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise, its facts, the instant they are looked at, and why units of it will be missing, if so."""

    promise: Promise
    facts: Facts
    now: int
    short: Reason | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer of condition Ready: True, False or Unknown, a reason, a sentence."""

    status: Literal["True", "False", "Unknown"]
    reason: Reason
    message: str


def _releasing(view: PromiseView) -> bool:
    return view.promise.state is PromiseState.RELEASING


def _released(view: PromiseView) -> bool:
    return view.promise.state is PromiseState.RELEASED


def _silent(view: PromiseView) -> bool:
    return bool(view.facts.silent)


def _before_start(view: PromiseView) -> bool:
    """Before its window, or between two intervals of it, when nothing is due."""
    return view.now < view.promise.start or not view.facts.count


def _short_ahead(reason: Reason) -> Callable[[PromiseView], bool]:
    return lambda view: _before_start(view) and view.short is reason


def _short_now(reason: Reason) -> Callable[[PromiseView], bool]:
    return lambda view: view.facts.lacking and view.short is reason


def _waits_for_units(view: PromiseView) -> bool:
    return view.facts.lacking and view.facts.handing_over


def _lacks_units(view: PromiseView) -> bool:
    return view.facts.lacking


def _blocked(view: PromiseView) -> bool:
    return view.facts.opened < view.facts.count and bool(view.facts.blocked)


def _waiting(view: PromiseView) -> bool:
    return view.facts.waiting


def _opening(view: PromiseView) -> bool:
    return view.facts.opened < view.facts.count


def _interrupted(view: PromiseView) -> bool:
    return view.facts.out and view.short is Reason.UNDER_MAINTENANCE


def _to_be_interrupted(view: PromiseView) -> bool:
    return view.short is Reason.UNDER_MAINTENANCE


def _frozen(view: PromiseView) -> bool:
    return view.facts.frozen


def _asked(view: PromiseView) -> bool:
    return view.facts.asked > 0


def _failing(view: PromiseView) -> bool:
    return view.facts.failed > 0


def _moves(view: PromiseView) -> bool:
    return view.facts.failed > 0 and view.promise.twice > 0


def _outlived(view: PromiseView) -> bool:
    return view.facts.failed > 0 and view.facts.outlived


def _degraded(view: PromiseView) -> bool:
    return view.facts.degraded > 0


def _near_end(view: PromiseView) -> bool:
    return view.facts.notice


def _partial(view: PromiseView) -> bool:
    return view.promise.slices < view.promise.requested_slices


def _always(_: PromiseView) -> bool:
    return True


SHORT = {
    Reason.UNDER_MAINTENANCE: "maintenance takes units from it; the promise stands",
    Reason.SUPPLY_NOT_YET_DELIVERED: "units due to it are not delivered by its start; the promise stands",
    Reason.SITE_LEASE_ENDS: "units due to it leave before its end; the promise stands",
    Reason.CORDONED: "units due to it are taken out of service; the promise stands",
    Reason.AWAITING_REPAIR: "more units have failed than the spares replace; the promise stands",
}
"""What is said of a promise that cannot be kept whole as things stand, by cause."""

TOGETHER = "no pool opens before all of them can, as acrossDatacenters: Atomic asks"
"""What is added where units are granted in some pools, and others cannot open theirs yet."""

READINESS: tuple[tuple[Callable[[PromiseView], bool], Readiness], ...] = (
    (_released, Readiness("True", Reason.RELEASED, "every unit has been handed back")),
    (
        _releasing,
        Readiness("False", Reason.RELEASING, "its units are being drained, cleaned and handed back"),
    ),
    (
        _silent,
        Readiness(
            "Unknown", Reason.DATACENTER_UNREACHABLE, "the site's agent is not heard; the promise stands"
        ),
    ),
    *((_short_ahead(reason), Readiness("False", reason, SHORT[reason])) for reason in SHORT),
    (_before_start, Readiness("True", Reason.SCHEDULED, "promised; units are bound when the window opens")),
    (
        _waits_for_units,
        Readiness(
            "False", Reason.WAITING_FOR_HANDOVER, "units are on their way back from the promise before"
        ),
    ),
    *((_short_now(reason), Readiness("False", reason, SHORT[reason])) for reason in SHORT),
    (
        _lacks_units,
        Readiness("False", Reason.AWAITING_REPAIR, SHORT[Reason.AWAITING_REPAIR]),
    ),
    (
        _interrupted,
        Readiness("False", Reason.UNDER_MAINTENANCE, SHORT[Reason.UNDER_MAINTENANCE]),
    ),
    (
        _frozen,
        Readiness(
            "False", Reason.REPAIRS_FROZEN, "more is reported as failed than is believed; nobody is moved"
        ),
    ),
    (
        _asked,
        Readiness(
            "False",
            Reason.AWAITING_CONSENT,
            "a unit has failed and stays until spec.repair.consents names it; status.repairs says until when",
        ),
    ),
    (
        _moves,
        Readiness(
            "False",
            Reason.REPAIRING,
            "a slice moves whole to another pool, since units of it have failed and no spare is left in its own; what "
            "still stands of it stays until all of it is open there",
        ),
    ),
    (
        _outlived,
        Readiness(
            "False",
            Reason.REPAIRING,
            "a unit has failed, and the sound ones that are free leave, or are under maintenance, before the window "
            "ends; a spare takes its place when one lasts until then",
        ),
    ),
    (
        _failing,
        Readiness("False", Reason.REPAIRING, "a unit has failed; a spare takes its place when one is sound"),
    ),
    (_waiting, Readiness("False", Reason.BINDING, "units are granted and stay closed")),
    (_blocked, Readiness("False", Reason.SITE_REFUSES, "")),
    (_opening, Readiness("False", Reason.BINDING, "units are granted and being opened to the tenant")),
    (
        _to_be_interrupted,
        Readiness(
            "True", Reason.MAINTENANCE_AHEAD, "maintenance will take units from it; the promise stands"
        ),
    ),
    (_near_end, Readiness("True", Reason.EXPIRING, "the window ends soon; no new work starts on its units")),
    (
        _degraded,
        Readiness(
            "True", Reason.DEGRADED, "units have lost hosts and are still enough; they stay as they are"
        ),
    ),
    (
        _partial,
        Readiness(
            "True",
            Reason.PARTIALLY_FULFILLED,
            "bound, with fewer slices than asked, as minCount allows; more follow when more are free",
        ),
    ),
    (_always, Readiness("True", Reason.ACTIVE, "all its units are open to the tenant")),
)


def readiness(view: PromiseView) -> Readiness:
    """The first answer of the table that applies; what an agent holds back is told in the agent's words."""
    answer = next(answer for applies, answer in READINESS if applies(view))
    outage = view.facts.outage
    if answer.reason in (Reason.UNDER_MAINTENANCE, Reason.MAINTENANCE_AHEAD) and outage is not None:
        lasts = f"from {text_of(outage.start)} until {text_of(outage.end)}"
        return replace(answer, message=f"{answer.message}: {lasts}")
    if view.facts.waiting and answer.status != "True":
        return replace(answer, message=f"{answer.message}; {TOGETHER}")
    return answer if answer.message else replace(answer, message=view.facts.blocked)
