"""Why something stays as it is: the same words for the log and for the hub. Pure.

Words that came from a server are made fit for a report: one line, not too long. Of a server that gave no answer the
report says only that, since every try fails in other words, and a report that moves with each would never rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.api.report import Blocked, BlockReason
from holdfast.cluster.transport.errors import ClusterError, Refused

_LONGEST = 1024
_BY_POLICY = frozenset({400, 403, 422})
"""401 is no verdict on what was written: the agent's credentials are at fault, and are read again."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason and a sentence. `detail` is for the log alone: a server's words of this one try."""

    reason: BlockReason
    why: str
    detail: str = ""

    @property
    def document(self) -> Blocked:
        """As a report holds it."""
        return Blocked(reason=self.reason, message=_one_line(self.why))


Obstacles = Mapping[str, Obstacle]
"""What is blocked, by its subject."""


def obstacle_of(error: ClusterError) -> Obstacle:
    """What a failed call stands in the way of."""
    if isinstance(error, Refused) and error.status in _BY_POLICY:
        return Obstacle("PolicyRefused", f"refused by the API server: {error}")
    return Obstacle(
        "Unavailable", "an API server gave no usable answer; the agent's log has its words", str(error)
    )


def untellable(error: ValueError) -> Obstacle:
    """What is stored somewhere does not fit into a record of ours; the agent's log has the words."""
    return Obstacle(
        "Untellable", "what is stored there fits into no record; the agent's log has why", str(error)
    )


def _one_line(text: str) -> str:
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    return visible if len(visible) <= _LONGEST else visible[: _LONGEST - 1] + "…"


# --- subjects: what a obstacle is about ------------------------------------------------------------------


def unit_subject(pool: str, unit: str) -> str:
    """A unit: `lake-mariner.tpu7x-a/cube-000`."""
    return f"{pool}/{unit}"


def node_subject(pool: str, node: str) -> str:
    """A node that belongs to no unit of its pool. No pool's name holds a blank."""
    return f"node {pool}/{node}"


def tenant_subject(tenant: str) -> str:
    """A tenant's namespace at this site: `tenant mistral`."""
    return f"tenant {tenant}"


def about(obstacles: Obstacles, beginning: str) -> dict[str, Blocked]:
    """Those whose subject begins so, by what follows, in its order."""
    found = sorted(subject for subject in obstacles if subject.startswith(beginning))
    return {subject.removeprefix(beginning): obstacles[subject].document for subject in found}


def first(found: Mapping[str, Blocked], most: int) -> dict[str, Blocked]:
    """As many as a report has room for."""
    return dict(list(found.items())[:most])
