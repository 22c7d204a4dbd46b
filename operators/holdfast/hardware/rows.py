"""What a row of a catalogue must say so that whoever reads it finds what is expected; each mistake in words.

    types      every field as its record declares it; no number is below zero
    units      a cube or a domain has a shape of whole hosts, a host is `host`, and one of a slice's shapes is one host
    networks   no more than the parts into which a fabric's range is split

Rows of ours are held to the same (tests/hardware/test_catalogue.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

from holdfast.hardware.accelerator_type import AcceleratorType, Fabric
from holdfast.hardware.errors import TopologyImpossible
from holdfast.hardware.topology import chips

MOST_SUBNETS = 16
"""Of one accelerator type: parts of a fabric's range."""
_VERSION = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+(-gke\.[0-9]+)?)?", re.ASCII)
_REQUIRED = ("source", "node_label", "unit_machine")


def mistakes(kind: AcceleratorType) -> Iterator[str]:
    """Everything that keeps this row from being taken; types first, and nothing else while one is wrong."""
    wrong = [*_mistyped(kind), *_mistyped(kind.fabric)]
    if wrong:
        yield from wrong
        return
    yield from (f"{field} is empty; write it" for field in _REQUIRED if not getattr(kind, field))
    versions = [("min_version", kind.min_version), *(("patches", each) for each in kind.patches)]
    for field, version in versions:
        if version and not _VERSION.fullmatch(version):
            yield f"{field} = {version!r} is no version of GKE; write one such as 1.34.3-gke.1318000"
    if kind.fabric.subnets > MOST_SUBNETS:
        yield f"{kind.fabric.subnets} further networks are more than the {MOST_SUBNETS} parts of a range; write fewer"
    held = dict(kind.machines).get(kind.unit_machine, 0)
    if not held:
        yield f"unit_machine = {kind.unit_machine!r} has no chips in machines; list it there"
    elif kind.unit == "slice":
        yield from _slices(kind, held)
    else:
        yield from _units(kind, held)


def _units(kind: AcceleratorType, held: int) -> Iterator[str]:
    shape = kind.unit_topology
    if kind.unit == "host":
        if shape != "host":
            yield f"unit_topology = {shape!r} is not the shape of a host; write host"
        return
    held_by_unit = _chips(shape)
    if not held_by_unit:
        yield f"unit_topology = {shape!r} is no shape of a {kind.unit}; write numbers joined by x, such as 1x72"
        return
    if held_by_unit % held:
        yield (
            f"unit_topology = {shape!r} has {held_by_unit} chips, and hosts of {held} leave {held_by_unit % held} of "
            "them over; write a shape of whole hosts"
        )
    if kind.min_healthy_hosts > held_by_unit // held:
        yield f"min_healthy_hosts = {kind.min_healthy_hosts} is more than a unit's {held_by_unit // held}; write fewer"
    if kind.unit == "cube" and kind.largest_slice_chips < held_by_unit:
        yield f"largest_slice_chips = {kind.largest_slice_chips} is less than one cube; write the chips of a block"


def _slices(kind: AcceleratorType, held: int) -> Iterator[str]:
    """A slice is whole hosts of the usual machine type, or one host of another."""
    if held not in map(_chips, kind.small_topologies):
        yield f"small_topologies have no slice of one host ({held} chips); write it among them"
    step = "x".join(3 * [str(kind.multiples_of)]) if kind.multiples_of else ""
    for shape in filter(None, (*kind.small_topologies, kind.unit_topology, step)):
        count = _chips(shape)
        if not count:
            yield f"small_topologies have {shape!r}, which is no shape; write numbers joined by x, such as 2x2"
        elif count % held and count not in dict(kind.machines).values():
            yield f"a slice {shape} is made of none of the machines; list one with {count} chips, or leave it out"


def _chips(shape: str) -> int:
    """Chips of a shape; 0 for what is none."""
    try:
        return chips(shape)
    except TopologyImpossible:
        return 0


def _mistyped(record: AcceleratorType | Fabric) -> Iterator[str]:
    for field, hint in get_type_hints(type(record)).items():
        value = getattr(record, field)
        if not _fits(value, hint):
            yield f"{field} = {value!r} is not {_said(hint)}; write it as those of catalogue.toml"


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is what an annotation says."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is not tuple:
        return isinstance(value, hint) and (hint is not int or (type(value) is int and value >= 0))
    parts = get_args(hint)
    if parts[-1] is Ellipsis:
        return isinstance(value, tuple) and all(_fits(each, parts[0]) for each in value)
    return len(value) == len(parts) and all(map(_fits, value, parts))


def _said(hint: Any) -> str:
    """An annotation in words."""
    if get_origin(hint) is Literal:
        return f"one of {', '.join(get_args(hint))}"
    if get_origin(hint) is tuple:
        of_each = {str: "a list of texts"}
        return of_each.get(get_args(hint)[0], "a table of machine types and their chips")
    return {str: "a text", int: "a whole number, 0 or more", bool: "true or false"}.get(hint, "a table")
