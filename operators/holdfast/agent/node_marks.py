"""What we have written on a node, read back: who holds it, by which grant, and whether it is closed.

closed   no reservation label; of our taints exactly reservation=none:NoExecute
open     label R and taint reservation=R:NoExecute, perhaps with draining=R:NoSchedule
neither  somebody else has changed our marks; `desired.change_of` puts them right
"""

from __future__ import annotations

from holdfast.api.bounds import MAX_COUNTER
from holdfast.cluster.core_objects import Node, Taint
from holdfast.hardware.names import (
    DRAINING_TAINT,
    GRANT_ANNOTATION,
    NO_EXECUTE,
    NO_RESERVATION,
    NO_SCHEDULE,
    RESERVATION_LABEL,
    RESERVATION_TAINT,
)

OUR_TAINTS = frozenset({RESERVATION_TAINT, DRAINING_TAINT})
CLOSED_TAINTS = (Taint(RESERVATION_TAINT, NO_EXECUTE, NO_RESERVATION),)
_LONGEST_GRANT = len(str(MAX_COUNTER))


def open_taints(reservation: str, draining: bool) -> tuple[Taint, ...]:
    """Our taints of a node in the hands of a reservation."""
    held = Taint(RESERVATION_TAINT, NO_EXECUTE, reservation)
    return (held, Taint(DRAINING_TAINT, NO_SCHEDULE, reservation)) if draining else (held,)


def written_grant(node: Node) -> int:
    """Number of the grant that last wrote this node; 0 where there is none, or none that can be read."""
    text = node.metadata.annotations.get(GRANT_ANNOTATION, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_GRANT else 0
    return number if number <= MAX_COUNTER else 0


def is_ours(taint: Taint) -> bool:
    """Whether a taint is written by the agent and nobody else."""
    return taint.key in OUR_TAINTS


def bears(node: Node, taints: tuple[Taint, ...]) -> bool:
    """Whether our taints on a node are exactly these."""
    return {_meaning(one) for one in node.spec.taints if is_ours(one)} == {_meaning(one) for one in taints}


def is_closed(node: Node) -> bool:
    """Whether nobody's pods may run here."""
    return RESERVATION_LABEL not in node.metadata.labels and bears(node, CLOSED_TAINTS)


def open_for(node: Node) -> str:
    """uid of the reservation whose pods, and no other's, may run here; empty where there is none."""
    uid = node.metadata.labels.get(RESERVATION_LABEL, "")
    whole = bears(node, open_taints(uid, draining=False)) or bears(node, open_taints(uid, draining=True))
    return uid if uid and whole else ""


def shown_reservations(node: Node) -> frozenset[str]:
    """uids of all reservations that a node's label or one of our taints names, whole or not."""
    named = {taint.value for taint in node.spec.taints if is_ours(taint)}
    return frozenset((named | {node.metadata.labels.get(RESERVATION_LABEL, "")}) - {"", NO_RESERVATION})


def is_marked(node: Node) -> bool:
    """Whether anything on a node is ours: label, taint, or the number of a grant."""
    written = RESERVATION_LABEL in node.metadata.labels or GRANT_ANNOTATION in node.metadata.annotations
    return written or any(is_ours(taint) for taint in node.spec.taints)


def _meaning(taint: Taint) -> tuple[str, str, str]:
    return taint.key, taint.value, taint.effect
