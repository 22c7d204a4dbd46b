"""A placement made an attempt: its entries Prepared in the pools, its promise object to be Committed on them."""

from __future__ import annotations

from dataclasses import replace

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.continued import continued
from holdfast.planner.admission.fewer_parts import cleared_in
from holdfast.planner.admission.placement import Placement
from holdfast.planner.admission.stepped import form_of
from holdfast.planner.admission.without_pause import without_pause
from holdfast.planner.state.calendar import with_clearing
from holdfast.planner.state.ledger import Entry, EntryState, Form, Part, Promise, PromiseState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.steps import Told


def attempt(case: Case, placement: Placement) -> None:
    """Occupy the pools and ask for the commit; a form that changes nothing only moves the generation on."""
    board, kept = case.board, case.kept
    units_each = kept.units_per_slice if kept is not None else case.units
    units = {name: slices * units_each for name, slices in placement.slices.items()}
    wanted = _promise(case, placement, units)
    if kept is not None and _form(kept) == _form(wanted):
        same = replace(kept, generation=wanted.generation, requested_slices=wanted.requested_slices)
        board.swap(replace(same, atomic=wanted.atomic))
        return
    for name, count in units.items():
        sheet, window = board.sheets[name], (placement.start, placement.end)
        form = with_clearing(sheet.pool, wanted.attempt, count, window, wanted.round - 1)
        if placement.given_back:  # the time to clear may have been declared longer since
            form = replace(form, end=min(form.end, sheet.entries[case.reservation.uid].form.end))
        if placement.layers:
            clearing = cleared_in(case, sheet) if placement.given_back else sheet.pool.clearing
            stepped = form_of(placement.layers[name], window, units_each, clearing)
            form = replace(form, end=stepped.end, parts=stepped.parts, clearing=stepped.clearing)
        _prepare(sheet, case, form)
    told = Told(Reason.AMENDED, Reason.AMENDED.meaning) if kept is not None else None
    board.swap(wanted, needs=frozenset(units), told=told, before=_too_late_from(case, wanted))


def _form(promise: Promise) -> tuple[object, ...]:
    return dict(promise.pools), promise.start, promise.end, promise.intervals


def _too_late_from(case: Case, wanted: Promise) -> int | None:
    """The instant from which a window in force would be moved after it began: a writer may be slow, or asleep."""
    kept = case.kept
    if kept is None or case.begun:
        return None
    moved = wanted.start != kept.start or bool(kept.pools.keys() - wanted.pools.keys())
    return kept.start if moved else None


def _prepare(sheet: Sheet, case: Case, form: Form) -> None:
    uid = case.reservation.uid
    entry = sheet.entries.get(uid)
    if entry is not None:
        sheet.enter(uid, replace(entry, next=without_pause(sheet, uid, entry, form)))
        return
    tenant = case.tenant.name if case.tenant else ""
    sheet.enter(uid, Entry(case.reservation.label, tenant, form, EntryState.PREPARED))


def _promise(case: Case, placement: Placement, units: dict[str, int]) -> Promise:
    reservation, old = case.reservation, case.board.promise(case.reservation.uid)
    return Promise(
        uid=reservation.uid,
        state=PromiseState.COMMITTED,
        attempt=case.board.snapshot.attempt,
        round=(old.round if old else 0) + 1,
        tenant=old.tenant if old else (case.tenant.name if case.tenant else ""),
        namespace=reservation.namespace,
        reservation=reservation.name,
        generation=reservation.generation,
        accelerator=reservation.accelerator,
        topology=reservation.topology,
        slices=placement.total,
        requested_slices=case.count,
        units_per_slice=old.units_per_slice if old and old.slices else case.units,
        pools=units,
        start=placement.start,
        end=placement.end,
        created=old.created if old else 0,
        intervals=_intervals(case, placement.total),
        atomic=reservation.atomic,
    )


def _intervals(case: Case, slices: int) -> tuple[Part, ...]:
    """What is promised interval by interval; what was held until now stands there as it was."""
    asked = tuple(replace(part, count=min(part.count, slices)) for part in case.parts)
    if not asked or case.kept is None or not case.begun:
        return asked
    return continued(case.kept.paid, asked, max(case.now, case.kept.start))
