"""The rules a reservation meets before any calendar is opened, in the order of RULES; the first hold wins.

A rule looks at one case and returns a hold or None. How to add one: CONTRIBUTING.md,
"A rule in four steps".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.ever import limited, together, too_many
from holdfast.planner.admission.homes import AT_MOST
from holdfast.planner.admission.waiting import LESS_LATER, horizon_reaches_it, once_others_are_over
from holdfast.planner.admission.windows import last_end
from holdfast.planner.state.steps import Blocker, Hold

MAX_BLOCKERS = 8
"""As many blockers as a status holds."""
HOUR, DAY = 3_600, 86_400

Rule = Callable[[Case], Hold | None]


def tenant_known(case: Case) -> Hold | None:
    """The namespace carries a tenant's label and that tenant exists: both are a platform engineer's work."""
    if case.reservation.tenant is None:
        return Hold(
            Reason.MISCONFIGURED,
            f"namespace {case.reservation.namespace} carries no label holdfast.dev/tenant, so nobody would answer for "
            "this reservation; ask a platform engineer to label it",
        )
    if case.tenant is None:
        return Hold(
            Reason.MISCONFIGURED,
            f"tenant {case.reservation.tenant} does not exist; ask a platform engineer to create it",
        )
    return None


def accelerator_known(case: Case) -> Hold | None:
    """The catalogue knows the accelerator type."""
    return None if case.hardware else Hold(Reason.MISCONFIGURED, case.objection)


def topology_possible(case: Case) -> Hold | None:
    """The hardware can form the slice asked for."""
    return Hold(Reason.TOPOLOGY_IMPOSSIBLE, case.objection) if case.objection else None


def tenant_entitled(case: Case) -> Hold | None:
    """The whole ask is within what the tenant may ever hold of this type."""
    if case.tenant is None or case.hardware is None:
        return None
    allowed = case.tenant.chips.get(case.hardware.name, 0)
    asked = case.count * case.chips
    if asked <= allowed:
        return None
    hold = Hold(
        Reason.EXCEEDS_ENTITLEMENT,
        f"asks for {asked} chips of {case.hardware.name}; tenant {case.tenant.name} is entitled to {allowed} at a time",
        stalled=True,
    )
    later = once_others_are_over(case)
    return _for_now(hold) if later is not None and later.count * case.chips <= allowed else hold


def _for_now(hold: Hold) -> Hold:
    """The same of several intervals of which the last could be promised: time takes those before it away."""
    return replace(hold.followed_by(LESS_LATER), stalled=False)


def within_horizon(case: Case) -> Hold | None:
    """The window ends before the tenant's horizon, or with the one in force: squatting hurts everyone."""
    tenant, last = case.tenant, last_end(case)
    if tenant is None or last <= case.now + tenant.horizon or (case.kept and last <= case.kept.end):
        return None
    since = horizon_reaches_it(case)
    beyond = (
        f"the window ends beyond the {_lasting(tenant.horizon)} that tenant {tenant.name} may reserve ahead"
    )
    if since is None:
        return Hold(Reason.EXCEEDS_ENTITLEMENT, f"{beyond}; choose an earlier end", stalled=True)
    return Hold(
        Reason.EXCEEDS_ENTITLEMENT,
        f"{beyond}; from {text_of(since)} on it lies within them, and is tried again by itself; choose an "
        "earlier end to have it sooner",
        stalled=False,
        again=since,
    )


def _lasting(seconds: int) -> str:
    """In days where these are whole."""
    return f"{seconds // DAY} days" if seconds % DAY == 0 else f"{seconds / HOUR:g} hours"


def window_possible(case: Case) -> Hold | None:
    """Its intervals are in order, its recurrence has days, and its time zone exists."""
    objection = case.reservation.window.objection
    return Hold(Reason.MISCONFIGURED, objection) if objection else None


def start_possible(case: Case) -> Hold | None:
    """A start shortly before creation counts as creation; an earlier one was never possible, unless it has begun.

    Of several intervals those that had passed are left out.
    """
    window, created = case.reservation.window, case.reservation.created
    start = None if window.parts else window.start
    if case.begun or start is None or start >= created - case.board.snapshot.policy.backdating:
        return None
    return Hold(
        Reason.WINDOW_CONFLICT,
        f"window.start {text_of(start)} lies before the reservation was made; move it or leave it out",
        stalled=True,
    )


TOO_LITTLE_LEFT = Hold(
    Reason.WINDOW_CONFLICT, "too little of the window is left to serve it; move its end", stalled=True
)


def window_ahead(case: Case) -> Hold | None:
    """Enough of the window is left to be worth serving: a fixed one is promised for what is left of it."""
    window = case.reservation.window
    if case.begun and (over := _over_already(case)) is not None:
        return over
    if window.parts and not case.parts:
        return TOO_LITTLE_LEFT
    if case.begun:
        return None
    last = window.end if window.end is not None else window.latest
    first = max(case.earliest, window.earliest or 0, window.start or 0)
    if last is not None and first + (window.duration or case.board.snapshot.policy.shortest) > last:
        return TOO_LITTLE_LEFT
    return None


def _over_already(case: Case) -> Hold | None:
    """A window that has begun takes no form whose end has passed: it would be promised for no time at all."""
    end = last_end(case)
    if end > case.now:
        return None
    return Hold(
        Reason.WINDOW_CONFLICT,
        f"the end asked for, {text_of(end)}, has passed, and more is asked for than is promised; ask for a later end, "
        "or for no more than before, which ends the promise",
        stalled=True,
    )


def pool_exists(case: Case) -> Hold | None:
    """Some pool has the accelerator type, and units of the shape asked for, where the tenant wants it."""
    pools = [sheet.pool for sheet in case.matching()]
    where = " or ".join(case.reservation.datacenters) or "any datacenter"
    if not pools:
        return Hold(Reason.NO_MATCHING_POOL, f"no pool in {where} has {case.reservation.accelerator}")
    largest = max(len(pool.units) for pool in pools)
    if largest < case.units:
        return Hold(
            Reason.NO_MATCHING_POOL,
            f"one slice takes {case.units} units of one pool and the largest pool in {where} has {largest}; "
            "ask for a smaller topology",
        )
    return None


def ever_enough(case: Case) -> Hold | None:
    """With every unit healthy, delivered and free the pools could sell it: what never fits is told with numbers."""
    groups = together(case)
    found = too_many(case, groups)
    if found is None:
        return None
    least, most = found
    what = "units" if case.units == 1 else f"slices of {case.units} units"
    percent = case.reservation.max_percent_per_pool
    apart = "" if percent is None else f", at most {percent} % of them in one pool"
    if limited(case):
        apart += f", {AT_MOST}"
    pools = "; ".join(
        f"{sheet.pool.name} has {len(sheet.pool.units)} units less {sheet.pool.spares} spare"
        for sheets in groups
        for sheet in sheets
    )
    hold = Hold(
        Reason.EXCEEDS_CAPACITY,
        f"asks for {least} {what} together{apart}; the most that can ever be promised{_where(case)} is {most}: {pools}"[
            :1000
        ],
    )
    later = once_others_are_over(case)
    return _for_now(hold) if later is not None and too_many(later, groups) is None else hold


def _where(case: Case) -> str:
    """Of what has begun, and may lie in one datacenter: that it stays there."""
    stays = case.begun and not case.reservation.across_datacenters
    return " where its window has begun" if stays else ""


def pool_open(case: Case) -> Hold | None:
    """Some matching pool can take something new now."""
    if case.any_open_pool():
        return None
    silent = sorted({sheet.pool.datacenter for sheet in case.matching() if not sheet.pool.reachable})
    if silent:
        return Hold(
            Reason.DATACENTER_UNREACHABLE,
            "nothing new is promised where the site's agent is not heard; it is tried again by itself",
            tuple(Blocker("Datacenter", name) for name in silent[:MAX_BLOCKERS]),
        )
    refusals = {
        sheet.pool.datacenter: case.refusal(sheet) for sheet in case.matching() if case.refusal(sheet)
    }
    if refusals:
        sites = tuple(Blocker("Datacenter", name) for name in sorted(refusals)[:MAX_BLOCKERS])
        return Hold(Reason.SITE_REFUSES, refusals[min(refusals)], sites)
    if any(case.leaving(sheet) for sheet in case.matching()):
        return Hold(Reason.WAITING_FOR_HANDOVER, "units of this reservation are still on their way back")
    if not any(sheet.pool.selling for sheet in case.matching()):
        return Hold(Reason.SEAL_BROKEN, "every matching pool is being taken down; allow another datacenter")
    return Hold(
        Reason.LEDGER_FULL,
        "every matching pool carries as many promises, or intervals, as a ledger can hold",
    )


RULES: tuple[Rule, ...] = (
    tenant_known,  # somebody answers for it
    accelerator_known,  # we know what is asked for
    topology_possible,  # the hardware can do it
    tenant_entitled,  # the contract allows it
    window_possible,  # there are such days
    within_horizon,  # and allows it that far ahead
    start_possible,  # it does not begin in the past
    window_ahead,  # there is time left
    pool_exists,  # we have such hardware
    ever_enough,  # and so much of it
    pool_open,  # and can promise from it now
)


def first_hold(case: Case) -> Hold | None:
    """The first rule's hold, or None where the calendar decides."""
    return next((hold for rule in RULES if (hold := rule(case)) is not None), None)
