"""Times around failures and the change of holders, one set for all pools of a datacenter."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.instants import LONGEST_SECONDS
from holdfast_infra.declaration.fields import Fields


@dataclass(frozen=True, slots=True)
class HandOver:
    """Times around failures and the change of holders, in seconds."""

    drain_lead: int
    """Notice before a window ends."""
    grace: int
    """What pods get between eviction and kill."""
    turn_around: int
    """Sanitising, outside the paid window."""
    repair: int
    """After which a failed unit is counted back."""
    dwell: int
    """How long what can heal may take before a unit counts as failed."""
    ask_limit: int
    """How long a tenant may leave open what becomes of a failed unit."""


def parse_hand_over(fields: Fields) -> HandOver:
    """The times; what is not sound among them is a mistake and reads 0."""
    return HandOver(
        drain_lead=fields.whole("drainLeadSeconds", 0, LONGEST_SECONDS, default=3_600),
        grace=fields.whole("graceSeconds", 0, LONGEST_SECONDS, default=60),
        turn_around=fields.whole("turnAroundSeconds", 0, LONGEST_SECONDS, default=7_200),
        repair=fields.whole("repairSeconds", 0, LONGEST_SECONDS, default=14 * 86_400),
        dwell=fields.whole("dwellSeconds", 0, LONGEST_SECONDS, default=300),
        ask_limit=fields.whole("askLimitSeconds", 0, LONGEST_SECONDS, default=86_400),
    )
