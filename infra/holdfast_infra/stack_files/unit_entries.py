"""One unit's entry in a stack file, changed in the text itself: comments and everything else stay as they are.

A unit of a range gets an entry of its own, and the range is written around it, so that no other unit is renamed:

    - ids: cube-000..cube-143        - {ids: cube-000..cube-056}
                                     - {ids: cube-057, retiring: true}
                                     - {ids: cube-058..cube-143}

The result is read again and compared: nothing but this unit may differ. Pure: text in, text out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

from holdfast_infra.declaration import Datacenter, Unit, parse
from holdfast_infra.declaration.units import names_in
from holdfast_infra.stack_files.stack_yaml import StackLoader, dump, load

DATACENTER = "holdfast:datacenter"
Fields = Mapping[str, Any]
"""Fields of a unit to set; None takes one out."""
Entry = dict[str, Any]
Change = Callable[[Entry], Entry]


class CannotEdit(ValueError):
    """The text is written in a way in which one unit cannot be changed alone; the message says what to do by hand."""


def with_unit(text: str, block: str, unit: str, fields: Fields) -> str:
    """The stack file with these fields of one unit of a pool. Raises CannotEdit."""

    def changed(entry: Entry) -> Entry:
        return {key: value for key, value in {**entry, **fields}.items() if value is not None}

    return _edited(text, block, unit, changed)


def without_unit(text: str, block: str, unit: str) -> str:
    """The stack file with this unit left out. Raises CannotEdit."""
    return _edited(text, block, unit, None)


def _edited(text: str, block: str, unit: str, change: Change | None) -> str:
    units, declared = _units_of(text, block)
    for item, entry in zip(units.value, declared, strict=True):
        names = names_in(str(entry["ids"]))
        if unit in names:
            entries = _split(entry, names, unit, change)
            if not entries and len(declared) == 1:
                raise CannotEdit(
                    f"{unit} is the only unit of {block}: take the pool out of the stack instead"
                )
            edited = _replaced(text, units, item, entries)
            _require_only(text, edited, block, unit)
            return edited
    raise CannotEdit(f"{block} declares no unit {unit}")


def _split(entry: Entry, names: Sequence[str], unit: str, change: Change | None) -> list[Entry]:
    """The entries in the place of one: before the unit, the unit unless it is left out, and after it."""
    at = names.index(unit)
    parts = [_part(entry, 0, at), _part(entry, at, at + 1), _part(entry, at + 1, len(names))]
    if parts[1] is not None:
        parts[1] = change(parts[1]) if change else None
    return [part for part in parts if part is not None]


def _part(entry: Entry, start: int, end: int) -> Entry | None:
    """The entry of some of its units, their sub-blocks with them; None for none of them."""
    if start >= end:
        return None
    ranges: dict[str, list[str]] = {
        key: names_in(str(entry[key])) for key in ("ids", "subBlocks") if key in entry
    }
    chosen = {key: names[start:end] for key, names in ranges.items()}
    return entry | {
        key: each[0] if len(each) == 1 else f"{each[0]}..{each[-1]}" for key, each in chosen.items()
    }


def _units_of(text: str, block: str) -> tuple[SequenceNode, list[Entry]]:
    """The entries of a pool's units, as they are written and as they are read."""
    node: Node | None = StackLoader(text).get_single_node()
    found: Any = load(text)
    for key in ("config", DATACENTER, "pools", block, "units"):
        node, found = _value(node, key), found.get(key) if isinstance(found, dict) else None
    if not isinstance(node, SequenceNode):
        raise CannotEdit(f"the stack file has no pools.{block}.units under {DATACENTER}")
    return node, found


def _value(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _replaced(text: str, units: SequenceNode, item: MappingNode, entries: list[Entry]) -> str:
    start, end = item.start_mark.index, _end(item)
    written = [_flow(entry) for entry in entries]
    if units.flow_style:
        return f"{text[:start]}{', '.join(written)}{text[end:]}" if written else _cut_flow(text, start, end)
    line = text.rfind("\n", 0, start) + 1
    dash = text.index("-", line)
    if not written:
        after = text.find("\n", end) + 1 or len(text)
        return text[:line] + text[after:]
    between = f"\n{text[line:dash]}- "
    return text[:start] + between.join(written) + text[end:]


def _cut_flow(text: str, start: int, end: int) -> str:
    """Without an item of a flow list and the comma beside it."""
    rest = text[end:].lstrip()
    if rest.startswith(","):
        return text[:start] + rest[1:].lstrip()
    return text[:start].rstrip().removesuffix(",") + text[end:]


def _end(item: MappingNode) -> int:
    """Where the entry ends; a block mapping's own mark stands behind the comments that follow it."""
    return int(item.end_mark.index if item.flow_style else item.value[-1][1].end_mark.index)


def _flow(entry: Entry) -> str:
    """An entry on one line: `{ids: cube-057, retiring: true}`."""
    return dump(entry, flow=True)


def _require_only(before: str, after: str, block: str, unit: str) -> None:
    """Raise CannotEdit if anything but this unit is declared otherwise."""
    if _others(before, block, unit) != _others(after, block, unit):
        raise CannotEdit(
            f"the entry of {unit} cannot be changed alone in this text: edit the stack file by hand"
        )


def _others(text: str, block: str, unit: str) -> Datacenter:
    """What a stack file declares, this unit aside."""
    found = parse(load(text)["config"][DATACENTER])
    pools = (
        replace(pool, units=_but(pool.units, unit)) if pool.block == block else pool for pool in found.pools
    )
    return replace(found, pools=tuple(pools), warnings=())


def _but(units: tuple[Unit, ...], name: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.name != name)
