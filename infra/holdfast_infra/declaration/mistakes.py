"""What is wrong with a declaration, all of it at once.

A platform engineer corrects a file in one round, so nothing here stops at the first mistake: readers note
it, go on with a blank, and the whole list is raised at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it is, what stands there, what that would lead to, what to do instead."""

    field: str
    """Path from the top of the declaration, such as `pools.tpu7x-a.units[0].ids`."""
    value: str
    """As written, shortened; empty if nothing is there."""
    consequence: str
    remedy: str

    def __str__(self) -> str:
        """One line a person can act on."""
        stands = f" = {self.value}" if self.value else ""
        return f"{self.field}{stands}: {self.consequence}; {self.remedy}"


class DeclarationError(Exception):
    """The stack's declaration cannot be built; `pulumi up` stops before it touches anything."""

    def __init__(self, mistakes: Iterable[Mistake], key: str = "holdfast:datacenter") -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.field))
        many = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        lines = "\n".join(f"  - {mistake}" for mistake in self.mistakes)
        super().__init__(f"{key} has {many}; nothing was changed\n{lines}")


def shown(value: object) -> str:
    """A value as it appears in a message: on one line, quoted if text, shortened."""
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
