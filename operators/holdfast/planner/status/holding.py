"""A hold as it is told: in a reservation's status, and in the answer to a query."""

from __future__ import annotations

from holdfast.api.reservation_status import (
    BlockerDocument,
    HoldDocument,
    IntervalDocument,
    RelaxationDocument,
)
from holdfast.planner.state.steps import Hold, Relaxation
from holdfast.planner.status.conditions import cut


def hold_words(hold: Hold) -> HoldDocument:
    """The whole of it."""
    return HoldDocument(
        reason=hold.reason.value,
        message=cut(hold.message),
        blockers=tuple(BlockerDocument(kind=b.kind, name=b.name, until=b.until) for b in hold.blockers),
        earliest_start=hold.earliest_start,
        relaxations=tuple(_relaxation(one) for one in hold.relaxations),
        conflicts=tuple(IntervalDocument(start=start, end=end) for start, end in hold.conflicts),
    )


def _relaxation(one: Relaxation) -> RelaxationDocument:
    return RelaxationDocument(
        kind=one.kind,
        start=one.start,
        end=one.end,
        duration_seconds=one.duration,
        count=one.count,
        datacenters=one.datacenters,
        across_datacenters="Allow" if one.across_datacenters else None,
    )
