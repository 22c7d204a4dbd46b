"""What changed between two sets of inputs, path by path, and whether a change needs a new object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One path (`nodeConfig.machineType`, `nodeConfig.taints[0].value`) and what became of it."""

    path: str
    kind: Kind

    @property
    def top(self) -> str:
        """The property the path is in."""
        return self.path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]

    def within(self, places: Sequence[str]) -> bool:
        """Whether the path is one of these places, below one, or above one."""
        return any(_touch(self.path, place) for place in places)


def differences(old: Any, new: Any) -> list[Difference]:
    """Every path at which two values differ; a property that is None counts as absent."""
    return list(_walk(old, new, ""))


def _walk(old: Any, new: Any, path: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _walk(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        return
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _walk(before, after, f"{path}[{index}]")
        return
    if old != new:
        yield Difference(path, "add" if old is None else "delete" if new is None else "update")


def _touch(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}[")) or place.startswith(f"{path}.")
