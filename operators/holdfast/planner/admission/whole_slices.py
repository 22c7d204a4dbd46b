"""A slice that its pool cannot make whole moves to another pool of the same kind: added there, then given up here.

    its pool has lost more cubes of it than it has spares   → a slice more in the other pool, the promise is `moving`
    all of that is seen open, and notice is over            → that slice less in the first: its grants leave
    it is whole again, or what was added is not, or its
    tenant asks for something else                          → what was added leaves, and nothing that runs is touched
    what was to leave has left                              → nothing moves any more

Each of these is an attempt like an amendment's: prepared in every ledger of the promise, committed by its one object.
So nothing is promised twice, whoever dies when. Which of its slices a pool gives up stands in the promise object by
grants, since healthy cubes go with the failed ones and no other slice may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.homes import can_name
from holdfast.planner.admission.moving_on import free, go_on, is_lost, prepare, settled
from holdfast.planner.admission.placement import fits
from holdfast.planner.state.board import Board
from holdfast.planner.state.breaker import breaker_of
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.moving import Moving
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep.choosing import free_units
from holdfast.planner.upkeep.leaving import replaced, whole_slices
from holdfast.planner.upkeep.repair import replacements_left, rest_of


@dataclass(frozen=True, slots=True)
class BrokenSlice:
    """A slice that its pool cannot make whole: all its units there, and the failed ones nothing stands in for."""

    board: Board
    sheet: Sheet
    promise: Promise
    units: tuple[str, ...]
    failed: tuple[str, ...]


def move_slices(board: Board) -> None:
    """Go on with every slice that moves, and begin with those that must and may."""
    for promise in board.promises_to_look_at():
        if promise.moving is not None and free(board, promise):
            go_on(board, promise, promise.moving)
    looked_at = {sheet.pool.name for sheet in board.sheets_to_look_at()} | board.recalled.stuck
    stuck: set[str] = set()
    for name in board.each(sorted(looked_at & board.sheets.keys())):
        for slice_ in _broken_in(board, board.sheets[name]):
            stuck.add(name)
            board.at = (name, slice_.promise.uid)
            _begin(slice_)
    board.stuck = frozenset(stuck)


# --- which slice -----------------------------------------------------------------------------------------------


def _broken_in(board: Board, sheet: Sheet) -> Iterator[BrokenSlice]:
    if not any(grant.failed for grant in sheet.grants.values()):
        return  # so it is with nearly all
    for uid in sorted(sheet.entries):
        promise = board.promise(uid)
        if promise is not None and sheet.pool.name in promise.pools and settled(sheet, promise):
            yield from _beyond_its_spares(board, sheet, promise)


def _beyond_its_spares(board: Board, sheet: Sheet, promise: Promise) -> Iterator[BrokenSlice]:
    """A promise's broken slices for which there are too few spares; those that have lost least get them first.

    All that failed is planned together. Example: one spare, and two slices that have lost one cube and three: the spare
    makes the first whole, the second moves. Had each lost one, the one named first would be made whole.
    """
    lost = {name for name in sheet.active(promise.uid) if is_lost(sheet, name)}
    if not lost or promise.intervals:
        return
    spares = len(free_units(sheet, rest_of(sheet, promise.uid)))
    for units in sorted(
        _slices(sheet, promise), key=lambda each: (len(lost.intersection(each)), _told(sheet, each), each)
    ):
        failed = tuple(name for name in units if name in lost)
        if len(failed) > spares:
            yield BrokenSlice(board, sheet, promise, units, failed)
        else:
            spares -= len(failed)


def _told(sheet: Sheet, units: tuple[str, ...]) -> str:
    return next((unit.slice for name in units if (unit := sheet.pool.units.get(name)) is not None), "")


def _slices(sheet: Sheet, promise: Promise) -> list[tuple[str, ...]]:
    """Its slices in a pool by their units: as its agent tells, else all there is of it, where that is one slice."""
    size = promise.units_per_slice
    names = [name for name in sheet.active(promise.uid) if not replaced(sheet, name)]
    if size == 1:
        return [(name,) for name in names]
    told = sorted(whole_slices(sheet, names, size).values())
    return told or ([tuple(names)] if len(names) == size else [])


# --- whether it may move ---------------------------------------------------------------------------------------


def _stands_still(one: BrokenSlice) -> bool:
    return one.promise.moving is None and free(one.board, one.promise)


def _goes_on(one: BrokenSlice) -> bool:
    entry, promise = one.sheet.entries[one.promise.uid], one.promise
    return not entry.notice and promise.start <= one.board.now < promise.end


def _is_asked_for(one: BrokenSlice) -> bool:
    ask = one.board.snapshot.reservations.get(one.promise.uid)
    return ask is not None and ask.generation <= one.promise.generation


ABOUT_ALL = frozenset({"Policy", "Consent", "Limit"})
"""What allows a swap, and speaks of the slice as well: notice is given of it where that is due."""


def _is_allowed(one: BrokenSlice) -> bool:
    """Pods on sound cubes go, too: that a failed one is empty, or recalled, is no word about the others."""
    terms = one.board.snapshot.reservations[one.promise.uid].repair
    alone = len(one.units) == 1 or (terms.policy == "Automatic" and not terms.notice)
    grants = {name: one.sheet.grants[name] for name in one.failed}
    return all(
        grant.leaving
        and (
            alone
            or (grant.trouble is not None and grant.trouble.cause in ABOUT_ALL)
            or (one.sheet.pool.name, name, grant.number) in terms.consents
        )
        for name, grant in grants.items()
    )


def _is_believed(one: BrokenSlice) -> bool:
    pool = one.sheet.pool
    breaker = breaker_of(pool, one.board.now, one.board.snapshot.policy)
    return pool.reachable and not any(
        name in pool.units and breaker.holds(pool.units[name]) for name in one.failed
    )


def _has_its_pace(one: BrokenSlice) -> bool:
    return replacements_left(one.sheet, one.board.snapshot.policy) > 0


MAY_MOVE: tuple[tuple[str, Callable[[BrokenSlice], bool]], ...] = (
    ("nothing of its promise moves already, or is changed in this turn", _stands_still),
    ("its window is open, and its end is not announced", _goes_on),
    ("its reservation is there and asks for what is in force", _is_asked_for),
    ("its tenant, by policy, by consent or by its silence, lets each failed unit of it go", _is_allowed),
    ("what is reported of its failed units is believed", _is_believed),
    ("its pool has a replacement left in these ten minutes, and it counts as one", _has_its_pace),
)
"""All of them must hold of a slice that moves."""


# --- where to --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Destination:
    """A pool that may take a slice."""

    case: Case
    slice: BrokenSlice
    sheet: Sheet

    @property
    def held(self) -> int:
        """The slices that its promise has there already."""
        return self.slice.promise.pools.get(self.sheet.pool.name, 0) // len(self.slice.units)


def _is_near_enough(place: Destination) -> bool:
    here = place.slice.sheet.pool.datacenter == place.sheet.pool.datacenter
    return here or place.case.reservation.across_datacenters


def _can_be_named(place: Destination) -> bool:
    return can_name(place.case, {*place.slice.promise.pools, place.sheet.pool.name})


def _is_well(place: Destination) -> bool:
    board, sheet, uid = place.slice.board, place.sheet, place.slice.promise.uid
    ill = any(sheet.grants[name].failed for name in sheet.active(uid))
    return not ill and not breaker_of(sheet.pool, board.now, board.snapshot.policy).open


def _keeps_its_share(place: Destination) -> bool:
    return place.held < place.case.most_in_a_pool(place.slice.promise.slices)


def _has_room(place: Destination) -> bool:
    window = place.case.now, place.slice.promise.end
    return fits(place.case, place.sheet, window, place.held + 1) > place.held


MAY_TAKE: tuple[tuple[str, Callable[[Destination], bool]], ...] = (
    ("it is in the same datacenter, or its tenant lets slices lie in several", _is_near_enough),
    ("its promise can name it too: it lies in no more pools and datacenters than that", _can_be_named),
    ("nothing of the promise has failed there, and what is reported of it is believed", _is_well),
    ("no pool comes to have a larger share than its tenant allows", _keeps_its_share),
    ("nobody comes to lack anything, spares included, until the end of the window", _has_room),
)
"""All of them must hold of the pool it moves to, one of those that take something new of its kind and tenant."""


def _begin(slice_: BrokenSlice) -> None:
    if not all(holds(slice_) for _, holds in MAY_MOVE):
        return
    board, promise, here = slice_.board, slice_.promise, slice_.sheet
    case = case_of(board, board.snapshot.reservations[promise.uid])
    places = (Destination(case, slice_, sheet) for sheet in case.open_pools() if sheet is not here)
    able = [place for place in places if all(holds(place) for _, holds in MAY_TAKE)]
    if case.units != promise.units_per_slice or not able:
        return

    def liking(place: Destination) -> tuple[bool, int, int, str]:
        away = place.sheet.pool.datacenter != here.pool.datacenter
        return away, case.rank(place.sheet), -place.held, place.sheet.pool.name

    target = min(able, key=liking).sheet.pool.name
    grants = frozenset(here.grants[name].number for name in slice_.units)
    here.moves += 1
    size = promise.units_per_slice
    prepare(board, promise, target, size, Moving(here.pool.name, target, grants))
