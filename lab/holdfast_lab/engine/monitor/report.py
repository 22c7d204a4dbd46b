"""What a person sees of a run: one line a step, messages, and a summary."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal, TextIO

from holdfast_lab.engine.monitor.state import ResourceState

Step = Literal["create", "update", "replace", "delete", "same", "retain"]
_WORDS: dict[Step, tuple[str, str]] = {
    "create": ("+ ", "created"),
    "update": ("~ ", "updated"),
    "replace": ("+-", "replaced"),
    "delete": ("- ", "deleted"),
    "retain": ("[]", "retained"),
    "same": ("  ", "unchanged"),
}
"""Sign and word of a step."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step that is about to be carried out, refused or not: without `old` a creation, without `new` a deletion."""

    op: Step
    old: ResourceState | None
    new: ResourceState | None
    reasons: tuple[str, ...] = ()

    @property
    def urn(self) -> str:
        """Of what is changed."""
        either = self.new or self.old
        return either.urn if either else ""


class Report:
    """Collects steps and prints them as they happen; safe for threads."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._lock = threading.Lock()
        self._out = out or sys.stdout
        self._steps: Counter[Step] = Counter()
        self.errors: list[str] = []
        self.foreseen: list[Foreseen] = []

    def start(self, title: str) -> None:
        """Begin to count anew."""
        self._steps.clear()
        self.errors.clear()
        self.foreseen.clear()
        self.say(f"{title.capitalize()}:")

    def foresee(self, foreseen: Foreseen) -> None:
        """A step is about to be carried out; whoever objects to it does so later."""
        with self._lock:
            self.foreseen.append(foreseen)

    def step(self, step: Step, urn: str, details: str = "") -> None:
        """A step was carried out, or foreseen."""
        with self._lock:
            self._steps[step] += 1
            if step != "same":
                self._print(f" {_WORDS[step][0]} {_named(urn)}{f' [{details}]' if details else ''}")

    def say(self, text: str) -> None:
        """Anything else."""
        with self._lock:
            self._print(text)

    def warn(self, urn: str, text: str) -> None:
        """Something that does not stop the run."""
        self.say(f"warning: {_named(urn)}: {text}")

    def error(self, urn: str, text: str) -> None:
        """Something that stops the run."""
        with self._lock:
            self.errors.append(text)
            self._print(f"error: {_named(urn)}: {text}" if urn else f"error: {text}")

    def summary(self, dry_run: bool) -> None:
        """How many of which."""
        verb = "would be " if dry_run else ""
        parts = [
            f"{sign.strip()} {self._steps[step]} {verb if step != 'same' else ''}{done}".strip()
            for step, (sign, done) in _WORDS.items()
            if self._steps[step]
        ]
        self.say(f"Summary: {', '.join(parts) or 'nothing stands'}")

    def last_word(self) -> None:
        """What stopped the run, once more where a person looks: at the end."""
        if self.errors:
            more = len(self.errors) - 1
            first = self.errors[0].splitlines()[0]
            self.say(f"error: {first}{f' (and {more} more above)' if more else ''}")

    def _print(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()


def _named(urn: str) -> str:
    """`NodePool tpu7x-a-cube-000` of a URN."""
    parts = urn.split("::", maxsplit=3)
    return urn if len(parts) < 4 else f"{parts[2].rpartition(':')[2]} {parts[3]}"
