"""What an audit says when something is not as it must be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One invariant that does not hold for one object.

    `wrong` is what was seen and may hold numbers that move; `meaning` is what follows from it and is the same
    sentence every time, so that `key` names the same trouble in two looks.
    """

    invariant: str
    subject: str
    wrong: str
    meaning: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Which trouble of which object this is."""
        return self.invariant, self.subject, self.meaning
