"""The accelerators we know, as data: one record a type, read once from catalogue.toml, and from files added to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from holdfast.hardware.accelerator_type import AcceleratorType, Fabric
from holdfast.hardware.errors import CatalogueRefused, UnknownAccelerator
from holdfast.hardware.rows import mistakes


def accelerator(name: str) -> AcceleratorType:
    """The accelerator of this name. Raises UnknownAccelerator, which lists names near it."""
    found = ACCELERATORS.get(name)
    if found is None:
        near = get_close_matches(name, ACCELERATORS, n=3, cutoff=0.5) or sorted(ACCELERATORS)
        raise UnknownAccelerator(
            f"accelerator {name[:40]!r} is not in the catalogue; near it: {', '.join(near)}"
        )
    return found


def extend(text: str) -> tuple[str, ...]:
    """Know the accelerators of another catalogue file too, and return their names; for entry points, before all else.

    Raises CatalogueRefused, and then knows none of them. A row that is known already must say the same: the planner and
    the infrastructure program would otherwise count one type in two ways.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueRefused(f"is no TOML ({error}); write tables as in hardware/catalogue.toml") from error
    more = {name: _checked(name, table) for name, table in tables.items()}
    for name, kind in more.items():
        if _KNOWN.get(name, kind) != kind:
            raise CatalogueRefused(
                f"[{name}] is in the catalogue already and says otherwise; give it another name"
            )
    _KNOWN.update(more)
    return tuple(more)


@contextmanager
def for_a_while() -> Iterator[None]:
    """Forget at the end what `extend` has added meanwhile: each of several files is judged by its own catalogue."""
    before = dict(_KNOWN)
    try:
        yield
    finally:
        _KNOWN.clear()
        _KNOWN.update(before)


def _checked(name: str, table: Any) -> AcceleratorType:
    """One row of a file that is not ours. Raises CatalogueRefused."""
    try:
        kind = _accelerator_type(name, dict(table))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise CatalogueRefused(
            f"[{name}] is no accelerator ({error}); write it as those of catalogue.toml"
        ) from error
    wrong = next(mistakes(kind), "")
    if wrong:
        raise CatalogueRefused(f"[{name}] {wrong}")
    return kind


def _accelerator_type(name: str, table: dict[str, Any]) -> AcceleratorType:
    fabric = {key: table.pop(key) for key in Fabric.__dataclass_fields__ if key in table}
    return AcceleratorType(
        name=name,
        unit_topology=table.pop("unit_topology", ""),
        machines=tuple(table.pop("machines").items()),
        small_topologies=_listed(table, "small_topologies"),
        patches=_listed(table, "patches"),
        drivers=_listed(table, "drivers"),
        fabric=Fabric(**fabric),
        **table,
    )


def _listed(table: dict[str, Any], field: str) -> tuple[Any, ...]:
    """A list of the table; a text would be taken letter by letter."""
    value = table.pop(field, [])
    if not isinstance(value, list):
        raise TypeError(f"{field} = {value!r} is no list")
    return tuple(value)


def _read() -> dict[str, AcceleratorType]:
    text = files("holdfast.hardware").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {name: _accelerator_type(name, table) for name, table in tomllib.loads(text).items()}


_KNOWN = _read()
ACCELERATORS: Mapping[str, AcceleratorType] = MappingProxyType(_KNOWN)
"""Every accelerator by name, in the catalogue's order; those that `extend` adds come last."""
