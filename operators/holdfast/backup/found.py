"""What is found where a restored hub is compared with its sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Adoption:
    """A unit that was given after the backup to a promise that the backup has."""

    pool: str
    unit: str
    grant: int
    uid: str
    reservation: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A unit in hands that the ledger knows nothing of. `free` says that the ledger gives it to nobody."""

    pool: str
    unit: str
    wrong: str
    free: bool


@dataclass(frozen=True, slots=True)
class Return:
    """A unit that the ledger gives to a promise beyond its count, and on which nobody is: it goes back."""

    pool: str
    unit: str
    grant: int
    reservation: str
    why: str


@dataclass(frozen=True, slots=True)
class Surplus:
    """A promise with more units than its count, and no word on which of them go: `beyond` so many, of `units`."""

    pool: str
    reservation: str
    due: int
    beyond: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it; `unheard` are pools without a report, `stale` those whose report does not say their mark back,
    `numbers` the grants to pass over, by pool."""

    unheard: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    returns: tuple[Return, ...] = ()
    surplus: tuple[Surplus, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)


Found = Adoption | Stranger | Return | Surplus
