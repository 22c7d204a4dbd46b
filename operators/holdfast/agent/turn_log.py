"""What an agent did, and what stands in its way: each deed is told once, each obstacle once until it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from holdfast.agent.obstacle import Obstacle, Obstacles, obstacle_of, untellable
from holdfast.cluster.transport.errors import ClusterError, Expired, Stale, Unavailable, Unknown

_MOST_OUTAGES = 3
"""Failures of a server in one turn after which the rest of the turn is left for later."""


class Log(Protocol):
    """A logger, as far as the agent writes to one."""

    def info(self, event: str, **words: Any) -> Any:
        """Something was done."""

    def warning(self, event: str, **words: Any) -> Any:
        """Something needs a person, or time."""


class TurnLog:
    """The story of one agent, turn by turn."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._told: dict[str, Obstacle] = {}
        self._obstacles: dict[str, Obstacle] = {}
        self.outages = 0
        """Failures of a server in this turn."""
        self.steps = 0
        """Rises with every turn and every object looked after: what stands still for long is stuck."""

    @property
    def obstacles(self) -> Obstacles:
        """What is blocked in the turn that is going on or has just ended: why, by subject."""
        return dict(self._obstacles)

    def begin(self) -> None:
        """A new turn: what is not blocked again is over."""
        self._told, self._obstacles, self.outages = self._obstacles, {}, 0
        self.steps += 1

    def did(self, deed: str, subject: str, **words: Any) -> None:
        """Something was changed."""
        self._log.info(deed, subject=subject, **words)

    def blocked(self, subject: str, obstacle: Obstacle, **words: Any) -> None:
        """Something stays as it is, and why: told here, with words of the log's own, and to the hub by the report."""
        self._obstacles[subject] = obstacle
        if self._told.get(subject) != obstacle:
            why = obstacle.detail or obstacle.why
            self._log.warning("held back", subject=subject, reason=obstacle.reason, why=why, **words)

    @contextmanager
    def isolate(self, subject: str) -> Iterator[None]:
        """One object's part of the turn: what goes wrong with it is told, and the next object has its turn.

        After _MOST_OUTAGES failures of a server the error is let through: that server is away. What cannot be told
        within the bounds of a record (a ValueError) is in the way of that object, and of no other.
        """
        self.steps += 1
        try:
            yield
        except (Stale, Expired):
            return  # the world moved: the next turn decides on what it is then
        except (Unavailable, Unknown) as error:
            self.outages += 1
            self.blocked(subject, obstacle_of(error))
            if self.outages >= _MOST_OUTAGES:
                raise
        except ClusterError as error:
            self.blocked(subject, obstacle_of(error))
        except ValueError as error:
            self.blocked(subject, untellable(error))
