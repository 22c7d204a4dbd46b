"""All planted bugs, read from the tables in `planted/`, one file a subject."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.mutant import Mutant

PLANTED = Path(__file__).parent / "planted"


def mutants(folder: Path = PLANTED) -> tuple[Mutant, ...]:
    """Every mutant, in order of its file and its place there."""
    return tuple(mutant for path in sorted(folder.glob("*.toml")) for mutant in _read(path))


def chosen(every: Sequence[Mutant], word: str, *, short: bool) -> tuple[Mutant, ...]:
    """Those whose name or file contains a word; of them, where asked for, only the short run's."""
    named = (one for one in every if word.lower() in f"{one.name} {one.file}".lower())
    return tuple(one for one in named if one.short or not short)


def _read(path: Path) -> list[Mutant]:
    rows = tomllib.loads(path.read_text())["mutant"]
    return [Mutant(**{**row, "killers": tuple(row["killers"])}) for row in rows]
