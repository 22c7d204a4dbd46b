"""How long Kueue is left alone after it did not answer, in turns: none of the agent's other work waits for it."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_TURNS = 64


@dataclass(slots=True)
class QueuePatience:
    """Failures in a row, and how many turns go by before the next try."""

    failures: int = 0
    _rest: int = 0

    def wants_a_try(self) -> bool:
        """Whether this turn is one in which Kueue is asked again."""
        self._rest = max(0, self._rest - 1)
        return self._rest == 0

    def failed(self) -> None:
        """It gave no answer: the pause doubles."""
        self.failures += 1
        self._rest = min(2**self.failures, _MOST_TURNS)

    def answered(self) -> None:
        """It did what was asked."""
        self.failures = 0
