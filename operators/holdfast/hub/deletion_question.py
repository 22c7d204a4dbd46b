"""What is asked about one promise whose reservation is not seen, and what makes every answer worthless."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.api.promise import CapacityPromise
from holdfast.planner.state.deletions import Cause

NEVER = float("-inf")


def born_of(promise: CapacityPromise) -> int:
    """When a promise was made (epoch seconds); 0, older than any definition, if that is not known."""
    return promise.metadata.creation_timestamp or 0


@dataclass(slots=True)
class Question:
    """One living promise whose reservation is not seen: since when reads say so, and when it was last asked.

    `born` is when the promise was made (epoch seconds); `since` and `asked` are monotonic seconds.
    """

    promise: CapacityPromise
    since: float | None = None
    asked: float = NEVER
    fleet: bool = False

    @property
    def born(self) -> int:
        """When the promise was made."""
        return born_of(self.promise)

    @property
    def tenant(self) -> str:
        """Whose promise it is."""
        return self.promise.spec.tenant

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
