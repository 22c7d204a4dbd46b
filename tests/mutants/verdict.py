"""What became of one mutant: killed by a check, alive, or no proof of anything."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from tests.mutants.mutant import Mutant, NotFound
from tests.mutants.workshop import Run, Workshop, undefined_names

LIMIT_SECONDS = 90.0
HANGING_SECONDS = 20.0
"""The limit where running into it is what is expected; the killers take a tenth of it without the bug."""
BROKEN = frozenset({"ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError"})
"""Errors by which a mutant shows that it is no working program, which no protocol bug is."""


class Fate(enum.Enum):
    """How it ended."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    INVALID = "INVALID"
    STALE = "NO LONGER APPLIES"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One mutant's fate; `by` is the check that killed it, or why there is no such."""

    mutant: Mutant
    fate: Fate
    by: str
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether this is what a run wants."""
        return self.fate is Fate.KILLED


def tried(workshop: Workshop, mutant: Mutant, place: str) -> Verdict:
    """Plant a mutant and run its killers."""
    try:
        copy = workshop.plant(mutant, place)
    except NotFound as moved:
        return Verdict(mutant, Fate.STALE, str(moved))
    try:
        if wrong := undefined_names(copy / mutant.file):
            return Verdict(mutant, Fate.INVALID, f"it is no working program: {wrong}")
        limit = HANGING_SECONDS if mutant.hangs else LIMIT_SECONDS
        return judged(mutant, workshop.test(copy, mutant.killers, limit))
    finally:
        workshop.tear_down(copy)


def judged(mutant: Mutant, run: Run) -> Verdict:
    """The verdict on a run of a mutant's killers."""
    if run.timed_out:
        fate = Fate.KILLED if mutant.hangs else Fate.INVALID
        return Verdict(
            mutant, fate, run.words if not mutant.hangs else f"time limit, {run.words}", run.seconds
        )
    if run.seen is None or not any(run.seen[what] for what in ("ran", "failures", "uncollected")):
        return Verdict(mutant, Fate.INVALID, f"the killers did not run: {run.words[-600:]}", run.seconds)
    fate, by = _of(mutant, run.seen)
    return Verdict(mutant, fate, by, run.seconds)


def _of(mutant: Mutant, seen: dict[str, Any]) -> tuple[Fate, str]:
    failures = seen["failures"]
    if seen["uncollected"]:
        return Fate.INVALID, f"the killers cannot be collected: {seen['uncollected'][0]}"
    if not failures and mutant.module not in seen["loaded"]:
        return Fate.INVALID, f"its killers never import {mutant.module}"
    if not failures:
        return Fate.SURVIVED, f"{len(seen['ran'])} tests passed: none of {', '.join(mutant.killers)} sees it"
    first = failures[0]
    if first["error"] in BROKEN:
        return Fate.INVALID, f"it fails by {first['error']}, which is no behaviour: {first['test']}"
    return Fate.KILLED, first["test"]
