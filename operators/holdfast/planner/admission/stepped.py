"""Several intervals placed as one: layer by layer, each in the same pools whenever it is due.

All of it is promised or nothing, in one attempt: a ramp that might stop half way, or a series with holes in it, is no
promise to plan by. The lowest layer is placed first, since it lasts longest; a higher one has what the others leave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.layers import Layer, Stretch, joined, layers_of
from holdfast.planner.admission.named import assignable, most_that_fit, tried_out
from holdfast.planner.admission.preference import in_order
from holdfast.planner.admission.room import room, sure
from holdfast.planner.admission.running import running_on
from holdfast.planner.admission.running import whole as lacking_nothing
from holdfast.planner.admission.share import Slices, spreadable
from holdfast.planner.state.ledger import Form, Part
from holdfast.planner.state.sheet import Sheet

Layers = tuple[Layer, ...]
NOTHING: Layers = ()
Room = Callable[[Sheet, Layer, Layers], int]
"""How many slices of a layer a pool can take above those that it has."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many slices of a layer a pool has room for by count above those it has; each stretch is looked up once.

    Of steps that go up and down a stretch is in many layers: of 64 in 128 pools a hundred thousand times.
    """

    case: Case
    known: dict[tuple[str, Stretch], int] = field(default_factory=dict)

    def __call__(self, sheet: Sheet, layer: Layer, below: Layers) -> int:
        room_of = min(self._room(sheet, each) for each in layer.stretches)
        return min(layer.slices, room_of - _slices(below))

    def _room(self, sheet: Sheet, stretch: Stretch) -> int:
        asked = sheet.pool.name, stretch
        if asked not in self.known:
            self.known[asked] = room(self.case, sheet, stretch) // self.case.units
        return self.known[asked]


@dataclass(frozen=True, slots=True)
class _Ground:
    """Pools that layers may lie in, what of the reservation runs in each, and what of that lacks nothing.

    `bound` says for how many slices a pool has room at most, `able` for how many of so many it really has.
    """

    pools: list[Sheet]
    running: Slices
    whole: Slices
    bound: Room
    able: Room


def fill_in_parts(
    case: Case, group: list[Sheet], wanted: int, room_of: Room | None = None
) -> dict[str, Layers]:
    """By pool the layers it takes, as many slices as fit up to `wanted`; none where slices that run would move.

    room_of: by what there is room; by the calendar where it is left out.
    """
    able = [sheet for sheet in group if not _out_for_a_while(case, sheet)]
    running = running_on(case)
    bound, tried = room_of or _Counted(case), room_of or partial(_able, case)
    ground = _Ground(able, running, lacking_nothing(case), bound, tried)
    taken: dict[str, Layers] = {}
    for layer in layers_of(case.parts):
        placed = sum(map(_slices, taken.values()))
        asked = Layer(min(layer.slices, wanted - placed), layer.stretches)
        _add_layer(case, ground, asked, taken)
        if sum(map(_slices, taken.values())) < placed + layer.slices:
            break
    moved = any(_slices(taken.get(name, NOTHING)) < slices for name, slices in running.items())
    return {} if moved and sum(running.values()) <= wanted else taken


def form_of(layers: Layers, span: tuple[int, int], units: int, clearing: int) -> Form:
    """One pool's share as a form without an attempt; `units` are those of a slice, `span` that of all intervals.

    Where a stretch begins before units could be clean after the one before, they stay with the tenant in between.
    """
    counted = dict[tuple[int, int], int]()
    for layer in layers:
        for stretch in joined(layer.stretches, clearing):
            counted[stretch] = counted.get(stretch, 0) + layer.slices * units
    parts = tuple(Part(start, end, count) for (start, end), count in sorted(counted.items()))
    return Form("", 0, _slices(layers) * units, span[0], span[1] + clearing, parts, clearing)


def _add_layer(case: Case, ground: _Ground, layer: Layer, taken: dict[str, Layers]) -> None:
    """Put one layer into pools: first where slices run that have to stay, then in order of preference.

    What runs lies apart as far as that goes, and stays where it is all the same.
    """
    sheets = {sheet.pool.name: sheet for sheet in ground.pools}
    below = {name: _slices(layers) for name, layers in taken.items()}

    def able(name: str, slices: int) -> int:
        return ground.able(sheets[name], replace(layer, slices=slices), taken.get(name, NOTHING))

    shares = tried_out(
        {name: ground.bound(sheet, layer, taken.get(name, NOTHING)) for name, sheet in sheets.items()},
        lambda rooms: _shares(case, ground, layer.slices, rooms, below),
        able,
    )
    for name, share in shares.items():
        taken[name] = (*taken.get(name, NOTHING), Layer(share, layer.stretches))


def _shares(case: Case, ground: _Ground, wanted: int, rooms: Slices, below: Slices) -> dict[str, int]:
    """By pool how many slices of a layer it gets, by the room it has, what lies below in it, and what runs there.

    First what runs and lacks nothing stays, then what runs: as far apart as that goes, and then all the same. Then
    come others.
    """
    running, whole = ground.running, ground.whole
    left = spreadable(case, rooms, wanted, running, below)
    most, order = case.most_in_a_pool(sum(below.values()) + left), in_order(case, ground.pools, rooms, left)
    apart = dict.fromkeys(rooms, most)
    shares: dict[str, int] = {}
    for limits in ((whole, apart), (running, apart), (whole,), (running,), (apart,)):
        for name in (sheet.pool.name for sheet in order):
            had, limit = shares.get(name, 0), min(each.get(name, 0) for each in limits)
            share = min(left, limit - below.get(name, 0) - had, rooms[name] - had)
            if share > 0:
                shares[name] = had + share
                left -= share
    return shares


def _able(case: Case, sheet: Sheet, layer: Layer, below: Layers) -> int:
    """How many of its slices, which fit by count, a pool can take above those it has, named units included."""
    certain = min(sure(case, sheet, each) for each in layer.stretches) // case.units - _slices(below)
    span = (case.parts[0].start, case.parts[-1].end)

    def fit(slices: int) -> bool:
        wanted = (*below, Layer(slices, layer.stretches))
        return assignable(case, sheet, form_of(wanted, span, case.units, sheet.pool.clearing))

    return most_that_fit(layer.slices, max(certain, 0), fit)


def _out_for_a_while(case: Case, sheet: Sheet) -> bool:
    """Whether all of a pool is under maintenance between the first and the last interval.

    The server's rules know an entry by its first and last instant, and refuse one over such a time.
    """
    begun = case.kept if case.begun else None
    first = begun.start if begun is not None else case.parts[0].start
    last = case.parts[-1].end + sheet.pool.clearing
    whole = (one for one in sheet.outages.values() if not one.units)
    return not case.serves(sheet) and any(one.start < last and first < one.end for one in whole)


def _slices(layers: Layers) -> int:
    return sum(layer.slices for layer in layers)
