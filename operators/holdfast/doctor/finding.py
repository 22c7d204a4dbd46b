"""One thing that is wrong: of what, how badly, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How badly: an error breaks a promise or keeps one from being made, a warning will."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Ailment:
    """`area` is one word of docs/doctor.md; `remedy` is what a person does about it."""

    area: str
    subject: str
    weight: Weight
    wrong: str
    remedy: str


def error(area: str, subject: str, wrong: str, remedy: str) -> Ailment:
    """What breaks something now."""
    return Ailment(area, subject, Weight.ERROR, wrong, remedy)


def warning(area: str, subject: str, wrong: str, remedy: str) -> Ailment:
    """What will break something, or hides that something is broken."""
    return Ailment(area, subject, Weight.WARNING, wrong, remedy)
