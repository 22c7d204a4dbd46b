"""One reservation: asked, answered, promised, bound, its units, its story in order, what would help, how to get in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdfast.api.door import dump
from holdfast.api.reasons import Reason
from holdfast.api.repair import UnitRepair
from holdfast.api.reservation import CapacityReservation, ReservationSpec
from holdfast.api.reservation_status import Access, HoldDocument, RelaxationDocument, ReservationStatus
from holdfast.api.wording import amount, changed_fields, timing
from holdfast.api.yaml_text import text_of as yaml_of
from holdfast.console.views.capacity import word_of
from holdfast.console.views.floor import UnitCell, block_of
from holdfast.console.views.in_view import InView, ledger_of
from holdfast.hardware.instants import text_of


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is to be said of it."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How it stands, in one word of docs/reasons.md; `tone` is good, waiting or bad."""

    word: str
    tone: str
    message: str
    meaning: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened, at an instant in epoch seconds. `who` told it: event, promise or ledger."""

    at: int
    who: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """One unit in its hands."""

    pool: str
    cell: UnitCell


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event the API server keeps of it."""

    at: int
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ReservationPage:
    """All of it. `units` is empty for a viewer who may not read pools; `access` is a text to copy, per datacenter.

    `repairs` is what its tenant was told of its own units, by unit.
    """

    path: str
    answer: Answer
    asked: tuple[Fact, ...]
    promised: tuple[Fact, ...]
    hold: tuple[Fact, ...]
    helps: tuple[str, ...]
    units: tuple[HeldUnit, ...]
    repairs: tuple[Fact, ...]
    access: tuple[tuple[str, str], ...]
    story: tuple[Chapter, ...]
    start: int | None
    end: int | None


GOOD = {str(each) for each in Reason if each.mender.name == "NOBODY"}


def page(seen: InView, one: CapacityReservation, events: Iterable[EventLine] = ()) -> ReservationPage:
    """The page of a reservation that its viewer may read."""
    status = one.status or ReservationStatus()
    hold, units = status.hold or status.amendment, tuple(_units(seen, one.first_uid))
    return ReservationPage(
        path=one.path,
        answer=answer(status),
        asked=tuple(_asked(one.spec)),
        promised=tuple(_promised(status)),
        hold=tuple(_hold(hold)) if hold is not None else (),
        helps=tuple(change(each) for each in hold.relaxations) if hold is not None else (),
        units=units,
        repairs=tuple(Fact(f"{each.unit} of {each.pool}", repair_text(each)) for each in status.repairs),
        access=tuple((each.datacenter, access_text(each)) for each in status.access),
        story=tuple(sorted(_story(seen, one, units, events), key=lambda chapter: chapter.at)),
        start=status.promised.start if status.promised is not None else one.spec.window.start,
        end=status.promised.end if status.promised is not None else one.spec.window.end,
    )


def answer(status: ReservationStatus) -> Answer:
    """The word in column STATUS with its meaning, and what its reader should do."""
    ready = next((each for each in status.conditions if each.type == "Ready"), None)
    if ready is None:
        return Answer("Unanswered", "waiting", "The planner has not answered yet.")
    reason = Reason.known(ready.reason)
    meaning, advice = (reason.meaning, reason.advice) if reason is not None else ("", "")
    return Answer(ready.reason, tone(ready.status, ready.reason), ready.message, meaning, advice)


def tone(status: str, word: str) -> str:
    """Good where all is done, waiting where only time is needed, bad where somebody must act."""
    reason = Reason.known(word)
    if status == "True" or word in GOOD:
        return "good"
    return "waiting" if reason is not None and reason.mender.name == "TIME" else "bad"


def word_and_tone(one: CapacityReservation) -> tuple[str, str]:
    """For a list: the word and its tone."""
    status = one.status or ReservationStatus()
    found = answer(status)
    return word_of(status) or found.word, found.tone


def _asked(spec: ReservationSpec) -> Iterator[Fact]:
    yield Fact("what", amount(spec))
    yield Fact("when", timing(spec.window))
    placement = spec.placement
    places = placement.datacenters if placement is not None else ()
    yield Fact("where", ", else ".join(places) or "any datacenter")
    if placement is not None and placement.across_datacenters != "Forbid":
        together = (
            ", and none of them opens before all can" if placement.across_datacenters == "Atomic" else ""
        )
        yield Fact("apart", f"slices may lie in different datacenters{together}")
    if placement is not None and placement.max_percent_per_pool is not None:
        yield Fact("spread", f"at most {placement.max_percent_per_pool} % of the slices in one pool")
    if spec.min_count is not None:
        yield Fact("enough", f"{spec.min_count} of {spec.count}")


def _promised(status: ReservationStatus) -> Iterator[Fact]:
    if status.promised is None:
        return
    yield Fact("slices", str(status.promised.slices))
    yield Fact("window", f"{text_of(status.promised.start)} until {text_of(status.promised.end)}")
    yield Fact(
        "in", ", ".join(f"{units_in_words(pool.count)} of {pool.name}" for pool in status.promised.pools)
    )
    if status.promised.lost_seconds:
        yield Fact(
            "lost", f"{status.promised.lost_seconds:,} s of the window had passed before it was promised"
        )
    if status.healthy_units is not None:
        yield Fact("healthy", f"{units_in_words(status.healthy_units)} open and healthy now")


def _hold(hold: HoldDocument) -> Iterator[Fact]:
    yield Fact(hold.reason, hold.message)
    for blocker in hold.blockers:
        until = f" until {text_of(blocker.until)}" if blocker.until is not None else ""
        yield Fact("in the way", f"{blocker.kind} {blocker.name}{until}")
    for conflict in hold.conflicts:
        yield Fact("too little", f"{text_of(conflict.start)} until {text_of(conflict.end)}")
    if hold.earliest_start is not None:
        yield Fact("as asked from", text_of(hold.earliest_start))


def change(one: RelaxationDocument) -> str:
    """A relaxation by its kind and the fields to write, for example `Fewer: count: 1`."""
    return f"{one.kind}: {changed_fields(one)}"


def repair_text(one: UnitRepair) -> str:
    """How a unit stands: Failed (NotReady): 15 of 16 hosts work, since ..., leaves from ..."""
    reason = f" ({one.reason})" if one.reason else ""
    hosts = f": {one.hosts_healthy} of {one.hosts} hosts work" if one.hosts else ""
    since = f", since {text_of(one.since)}" if one.since is not None else ""
    swap = f", may be swapped from {text_of(one.swap_at)}" if one.swap_at is not None else ""
    return f"{one.state}{reason}{hosts}{since}{swap}"


def access_text(access: Access) -> str:
    """What a pod needs to run there, as YAML to copy into its spec."""
    document = dump(access)
    wanted = {key: document[key] for key in ("nodeSelector", "tolerations") if document.get(key)}
    head = f"namespace {access.namespace}" + (f", cluster {access.endpoint}" if access.endpoint else "")
    return yaml_of(wanted, head) if wanted else f"# {head}\n{json.dumps(wanted)}\n"


def _units(seen: InView, uid: str) -> Iterator[HeldUnit]:
    for name, pool in sorted(seen.pools.items()):
        held = {unit for unit, grant in ledger_of(pool).units.items() if grant.promise == uid}
        if held:
            yield from (HeldUnit(name, cell) for cell in block_of(seen, pool).units if cell.unit in held)


def _story(
    seen: InView, one: CapacityReservation, units: Iterable[HeldUnit], events: Iterable[EventLine]
) -> Iterator[Chapter]:
    meta = one.metadata
    if meta.creation_timestamp is not None:
        yield Chapter(meta.creation_timestamp, "tenant", "Asked", amount(one.spec))
    promise = seen.promises.get(one.first_uid)
    if promise is not None and promise.metadata.creation_timestamp is not None:
        spec = promise.spec
        text = f"{spec.slices} of {spec.requested_slices} slices, now in round {spec.round}: {spec.state}"
        yield Chapter(promise.metadata.creation_timestamp, "promise", "Committed", text)
        if spec.ended_at is not None:
            yield Chapter(spec.ended_at, "promise", "Ended", f"because it was {spec.cause}")
    for held in units:
        cell = held.cell
        if cell.since is not None:
            note = f"; {cell.note}" if cell.note else ""
            yield Chapter(
                cell.since, "ledger", cell.state, f"{held.pool} {cell.unit}, grant {cell.grant}{note}"
            )
    yield from (Chapter(told.at, "event", told.reason, told.note) for told in events)


def units_in_words(count: int) -> str:
    """1 unit, 2 units."""
    return "1 unit" if count == 1 else f"{count} units"
