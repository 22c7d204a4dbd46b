"""Several intervals placed as one: layer by layer, each in the same pools whenever it is due.

All of it is promised or nothing, in one attempt: a ramp that might stop half way, or a series with holes in it, is no
promise to plan by. The lowest layer is placed first, since it lasts longest; a higher one has what the others leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.layers import Layer, Stretch, joined, layers_of
from holdfast.planner.admission.named import assignable, most_that_fit, tried_out
from holdfast.planner.admission.preference import in_order
from holdfast.planner.admission.room import room, sure
from holdfast.planner.admission.running import running_on
from holdfast.planner.admission.share import Slices, spreadable
from holdfast.planner.state.ledger import Form, Part
from holdfast.planner.state.sheet import Sheet

Layers = tuple[Layer, ...]
NOTHING: Layers = ()


@dataclass(frozen=True, slots=True)
class Able:
    """The pools that may take layers, and how many slices of a stretch each has by count, looked up once.

    Of steps that go up and down a stretch is in many layers: of 64 in 128 pools a hundred thousand times.
    """

    case: Case
    group: list[Sheet]
    known: dict[tuple[str, Stretch], int] = field(default_factory=dict)

    def counted(self, sheet: Sheet, layer: Layer, had: int) -> int:
        """How many slices of a layer a pool can take by count above those it has."""
        return min(layer.slices, min(self._room(sheet, each) for each in layer.stretches) - had)

    def _room(self, sheet: Sheet, stretch: Stretch) -> int:
        asked = sheet.pool.name, stretch
        if asked not in self.known:
            self.known[asked] = room(self.case, sheet, stretch) // self.case.units
        return self.known[asked]


def fill_in_parts(case: Case, group: list[Sheet], wanted: int) -> dict[str, Layers]:
    """By pool the layers it takes, as many slices as fit up to `wanted`; none where slices that run would move."""
    able = Able(case, [sheet for sheet in group if not _out_for_a_while(case, sheet)])
    running = running_on(case)
    taken: dict[str, Layers] = {}
    for layer in layers_of(case.parts):
        placed = sum(map(_slices, taken.values()))
        asked = Layer(min(layer.slices, wanted - placed), layer.stretches)
        _add_layer(able, asked, taken, running)
        if sum(map(_slices, taken.values())) < placed + layer.slices:
            break
    moved = any(_slices(taken.get(name, NOTHING)) < slices for name, slices in running.items())
    return {} if moved and sum(running.values()) <= wanted else taken


def form_of(sheet: Sheet, layers: Layers, span: tuple[int, int], units: int) -> Form:
    """One pool's share as a form without an attempt; `units` are those of a slice, `span` that of all intervals.

    Where a stretch begins before units could be clean after the one before, they stay with the tenant in between.
    """
    clearing, counted = sheet.pool.clearing, dict[tuple[int, int], int]()
    for layer in layers:
        for stretch in joined(layer.stretches, clearing):
            counted[stretch] = counted.get(stretch, 0) + layer.slices * units
    parts = tuple(Part(start, end, count) for (start, end), count in sorted(counted.items()))
    return Form("", 0, _slices(layers) * units, span[0], span[1] + clearing, parts, clearing)


def _add_layer(pools: Able, layer: Layer, taken: dict[str, Layers], running: Mapping[str, int]) -> None:
    """Put one layer into pools: first where slices run that have to stay, then in order of preference.

    What runs lies apart as far as that goes, and stays where it is all the same.
    """
    case, sheets = pools.case, {sheet.pool.name: sheet for sheet in pools.group}
    below = {name: _slices(layers) for name, layers in taken.items()}

    def able(name: str, slices: int) -> int:
        return _able(case, sheets[name], replace(layer, slices=slices), taken.get(name, NOTHING))

    shares = tried_out(
        {name: pools.counted(sheet, layer, below.get(name, 0)) for name, sheet in sheets.items()},
        lambda rooms: _shares(case, pools.group, layer.slices, (rooms, below, running)),
        able,
    )
    for name, share in shares.items():
        taken[name] = (*taken.get(name, NOTHING), Layer(share, layer.stretches))


def _shares(
    case: Case, group: list[Sheet], wanted: int, known: tuple[Slices, Slices, Slices]
) -> dict[str, int]:
    """By pool how many slices of a layer it gets, by the room it has, what lies below in it, and what runs there."""
    rooms, below, running = known
    left = spreadable(case, rooms, wanted, running, below)
    most, order = case.most_in_a_pool(sum(below.values()) + left), in_order(case, group, rooms, left)
    shares: dict[str, int] = {}
    for staying, apart in ((True, True), (True, False), (False, True)):
        for name in (sheet.pool.name for sheet in order):
            had, runs = shares.get(name, 0), running.get(name, 0)
            limit = min(runs if staying else most, most if apart else runs)
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
        return assignable(case, sheet, form_of(sheet, wanted, span, case.units))

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
