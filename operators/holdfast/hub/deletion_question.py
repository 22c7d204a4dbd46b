"""What is asked about one promise whose reservation is not seen, and what makes every answer worthless."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.planner.state.deletions import Cause
from holdfast.planner.state.ledger import Promise

NEVER = float("-inf")


@dataclass(slots=True)
class Question:
    """One living promise whose reservation is not seen: since when reads say so, and when it was last asked.

    `since` and `asked` are monotonic seconds.
    """

    promise: Promise
    since: float | None = None
    asked: float = NEVER
    fleet: bool = False

    @property
    def born(self) -> int:
        """When the promise was made (epoch seconds); 0, older than any definition, if that is not known."""
        return self.promise.created

    @property
    def tenant(self) -> str:
        """Whose promise it is."""
        return self.promise.tenant

    def lasted(self, at: float) -> float:
        """Seconds for which reads have said so without a break."""
        return at - self.since if self.since is not None else 0.0


@dataclass(frozen=True, slots=True)
class KindStanding:
    """What the definition of reservations tells: since when the kind stands (epoch seconds), or why it does not."""

    since: int = 0
    trouble: Cause | None = None

    def excludes(self, question: Question) -> Cause | None:
        """Why this question has no answer that proves anything.

        Both instants are whole seconds, so a promise as old as the definition may be the older of the two.
        """
        return self.trouble or (Cause.KIND_ANEW if question.born <= self.since else None)
