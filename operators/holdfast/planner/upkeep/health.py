"""Trouble of units in tenants' hands: timed by the planner's own clock, judged once it has lasted, and answered.

    seen in trouble                → its dwell begins
    well again                     → it ends; five times in a row, each soon after the one before, are a failure
    dwell over, or it cannot heal  → failed: its tenant is asked, unless it has said beforehand what is to be done
    answered                       → a spare is set aside, and from `swap` on the unit may be emptied (`repair`)

Agents report states and have no clock; an instant is the planner's own, kept in the ledger beside the unit's grant, so
another planner goes on where this one stopped. It is written where something begins or ends and never in between.
Until it is answered a unit stays its holder's: a blip moves nothing, and silence takes no spare from anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from holdfast.api.ledger import MAX_TIMES
from holdfast.planner.state.board import Board
from holdfast.planner.state.breaker import Breaker, breaker_of, idle_out
from holdfast.planner.state.changes import NOBODY
from holdfast.planner.state.ledger import FAR, Grant, GrantState, Trouble
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Repair, Unit

CALM_SECONDS = 600
"""A unit that has been well for so long has been well: trouble after it has nothing to do with trouble before."""
LONGEST_REMEDIATION_SECONDS = 86_400
"""For so long at most somebody else who repairs a host is waited for, whatever they ask for."""
NEVER_SECONDS = 7 * 86_400
"""For so long a failed unit waits of whose reservation it is said that nothing is ever swapped: then it is repaired."""
FLAPS = 5
"""So many troubles in a row, each within CALM_SECONDS of the one before, are a failure however short they are."""
UNHEARD = Repair(policy="Never")
"""The terms of a reservation that is not there: what its tenant has said is not known, and nothing is done for it."""


@dataclass(frozen=True, slots=True)
class Ward:
    """One unit that is not as it should be: its grant, what its holder has said, and what is known of its pool.

    `heard` says whether its reservation is there, so that its terms are its own; `closed` that the unit was granted and
    never opened, since its promise opens only together with other pools.
    """

    name: str
    unit: Unit
    grant: Grant
    pool: Pool
    terms: Repair
    now: int
    heard: bool = True
    closed: bool = False

    @property
    def consented(self) -> bool:
        """Whether its tenant agreed that this very grant of this unit is swapped."""
        return (self.pool.name, self.name, self.grant.number) in self.terms.consents


def judge(board: Board) -> None:
    """Judge every unit in a tenant's hands in the pools in which something may be due, and note those nobody has."""
    for sheet in board.sheets_to_look_at():
        if not sheet.pool.reachable:
            continue
        breaker = breaker_of(sheet.pool, board.now, board.snapshot.policy)
        sheet.note_idle(idle_out(sheet.pool, sheet.grants, board.now, breaker))
        for name in sorted(name for name in sheet.grants if not _at_peace(sheet, name)):
            grant = sheet.grants[name]
            board.at = (sheet.pool.name, grant.promise or NOBODY)
            if board.left_alone(grant.promise):
                continue
            if grant.state is GrantState.ACTIVE:
                _judge(sheet, _ward(board, sheet, name), breaker)
            else:
                _watch(sheet, name)


def _at_peace(sheet: Sheet, name: str) -> bool:
    """Whether nothing was ever wrong with a unit and nothing is, and nobody wants it back: so it is with nearly all."""
    unit, pool = sheet.pool.units.get(name), sheet.pool
    if unit is None or not unit.works or unit.withdrawn or unit.lacking:
        return False
    return sheet.grants[name].trouble is None and name not in pool.recalled


def _ward(board: Board, sheet: Sheet, name: str) -> Ward:
    grant = sheet.grants[name]
    uid, snapshot = grant.promise or "", board.snapshot
    ask = snapshot.reservations.get(uid) or snapshot.leaving.get(uid)
    terms = ask.repair if ask is not None else UNHEARD
    unit = sheet.pool.units.get(name, Unit(name))
    closed = uid in sheet.entries and sheet.entries[uid].waiting
    return Ward(name, unit, grant, sheet.pool, terms, board.now, ask is not None, closed)


def _judge(sheet: Sheet, ward: Ward, breaker: Breaker) -> None:
    before = ward.grant.trouble
    if _well(ward):
        after = _over(before, ward.now)
    else:
        after = _failing(_begun(before, ward.now), ward)
        if after.failed is not None and not breaker.holds(ward.unit):
            after = _answered(after, ward)
    if after is not None and after != before:
        sheet.judge(ward.name, after)


def _watch(sheet: Sheet, name: str) -> None:
    """One that left because it came and went is timed on: nobody gets it before it has been well for a while."""
    before, unit = sheet.grants[name].trouble, sheet.pool.units.get(name, Unit(name))
    if before is not None and before.times >= FLAPS:
        after = _over(before, sheet.now) if unit.works else _begun(before, sheet.now)
        if after is not None and after != before:
            sheet.judge(name, after)


def calm_from(trouble: Trouble | None) -> int:
    """From when on a unit may be given to the next, by how often it came and went; FAR while it is in trouble."""
    if trouble is None or trouble.times < FLAPS:
        return 0
    return FAR if trouble.ended is None else trouble.ended + CALM_SECONDS


def _well(ward: Ward) -> bool:
    """Whether nothing is to be done: it works, nobody takes it away, and its holder does not want another for it."""
    wanted = ward.unit.withdrawn or ward.name in ward.pool.recalled
    return ward.unit.works and not wanted and not (ward.consented and ward.unit.lacking)


def _over(before: Trouble | None, now: int) -> Trouble | None:
    if before is None or before.ended is not None:
        return before
    return Trouble(before.since, before.times, ended=now)


def _begun(before: Trouble | None, now: int) -> Trouble:
    """The trouble it is in: the same for as long as it lasts, one time more where it was well for a moment only.

    It begins no earlier than the one before was over, which a planner with a faster clock may have written. Beyond what
    a ledger can hold it is not counted on: FLAPS are enough to know.
    """
    if before is None or before.ended is None:
        return before or Trouble(now)
    again = now - before.ended <= CALM_SECONDS
    return Trouble(max(now, before.ended), min(before.times + 1, MAX_TIMES) if again else 1)


def _failing(trouble: Trouble, ward: Ward) -> Trouble:
    """It counts as failed once its dwell is over; at once where nothing is to be waited for."""
    if trouble.failed is not None or ward.now < _waited_for(trouble, ward):
        return trouble
    return replace(trouble, failed=ward.now)


def _waited_for(trouble: Trouble, ward: Ward) -> int:
    """Until when a unit may get well: its dwell, and what somebody else asks for who repairs it, a day at most."""
    if ward.unit.works:
        return 0
    repaired = min(ward.unit.repaired_until, trouble.since + LONGEST_REMEDIATION_SECONDS)
    heals = ward.unit.heals and trouble.times < FLAPS
    return max(repaired, trouble.since + ward.pool.dwell if heals else 0)


# --- what allows a swap -------------------------------------------------------------------------------------


def _recalled(_: Trouble, ward: Ward) -> int | None:
    return ward.now if ward.name in ward.pool.recalled else None


def _consented(_: Trouble, ward: Ward) -> int | None:
    return ward.now if ward.consented else None


def _automatic(_: Trouble, ward: Ward) -> int | None:
    return ward.now + ward.terms.notice if ward.terms.policy == "Automatic" else None


def _unoccupied(_: Trouble, ward: Ward) -> int | None:
    """What was never opened is empty, whatever its tenant has said of what runs."""
    empty = ward.closed or (ward.terms.policy is None and not ward.unit.occupied)
    return ward.now if empty else None


def _unanswered(trouble: Trouble, ward: Ward) -> int | None:
    late = trouble.until is not None and ward.now >= trouble.until
    return ward.now + ward.terms.notice if late else None


WAYS: tuple[tuple[str, Callable[[Trouble, Ward], int | None]], ...] = (
    ("Recall", _recalled),  # a person takes it back for safety
    ("Consent", _consented),  # its tenant agrees to this very swap
    ("Policy", _automatic),  # its tenant agrees to every swap, after notice
    ("Unoccupied", _unoccupied),  # nothing of the tenant's runs on it, and it has not said otherwise
    ("Limit", _unanswered),  # nobody has answered for as long as a failed unit may wait
)
"""Each says from when the unit may be emptied, or None; the first that speaks is the cause."""


def _answered(trouble: Trouble, ward: Ward) -> Trouble:
    """The same with what was decided; a decision stands, and only a sooner one takes its place."""
    trouble = replace(trouble, until=_until(trouble, ward))
    for cause, way in WAYS:
        swap = way(trouble, ward)
        if swap is not None and (trouble.swap is None or swap < min(trouble.swap, ward.now + 1)):
            by = ward.pool.recalled.get(ward.name, "") if cause == "Recall" else ""
            return replace(trouble, until=None, swap=swap, cause=cause, by=by)
    return trouble


def _until(trouble: Trouble, ward: Ward) -> int | None:
    """When notice is given without an answer: so early that a failed unit leaves within its limit."""
    limit = _limit(ward)
    if trouble.failed is None or trouble.swap is not None or limit is None:
        return None
    return trouble.failed + max(limit - ward.terms.notice, 0)


def _limit(ward: Ward) -> int | None:
    """How long a failed unit may wait for a word; None for ever: what works, or is of a reservation nobody can read."""
    if ward.terms.policy != "Never":
        return ward.pool.ask_limit
    return max(ward.pool.ask_limit, NEVER_SECONDS) if ward.heard and not ward.unit.works else None


def instants_of(trouble: Trouble, pool: Pool) -> Iterator[int]:
    """When time alone changes something for a unit: its dwell is over, nobody has answered, its notice has run out."""
    if trouble.ended is None and trouble.failed is None:
        yield from (trouble.since + pool.dwell, trouble.since + LONGEST_REMEDIATION_SECONDS)
    yield from (instant for instant in (trouble.until, trouble.swap) if instant is not None)
