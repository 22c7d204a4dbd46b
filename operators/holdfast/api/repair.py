"""What a tenant says of failed units before they fail, and what it is told of them: `spec.repair`, `status.repairs`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.api.bounds import MAX_COUNTER, HostCount, PoolName, Told, UnitId, Word
from holdfast.api.merging import ATOMIC_LIST
from holdfast.api.record import Record

LONGEST_NOTICE_SECONDS = 7 * 86_400
MAX_CONSENTS = 64
MAX_REPAIRS = 16
"""Units told of by name; all of them are counted."""

RepairState = Literal["Degraded", "Failed", "Swapping", "Over"]
"""Degraded   enough of its hosts work: it stays, unless a consent has it swapped
Failed     too few of its hosts work; it stays until its tenant answers, or `swapAt`
Swapping   a spare is set aside for it; it leaves once that is open, and not before `swapAt`
Over       a consent names a grant that the reservation does not have: it changes nothing, take it out"""


class Consent(Record):
    """A tenant agrees that one unit of its own is swapped: now if it is in trouble, else as soon as it is."""

    pool: PoolName = Field(description="The pool.")
    unit: UnitId = Field(description="The unit, as status.repairs names it.")
    grant: int = Field(
        strict=True,
        ge=1,
        le=MAX_COUNTER,
        description="The grant by which it has the unit, as status.repairs says.",
    )


class RepairTerms(Record):
    """How failed units are to be replaced."""

    policy: Literal["Automatic", "AskFirst", "Never"] | None = Field(
        default=None,
        description="Automatic: without asking. AskFirst: with a consent, or when nobody answers for too long. "
        "Never: not before the window ends, or a failed unit has waited for a week. Absent: Automatic for units on "
        "which none of its pods run, else AskFirst.",
    )
    minimum_notice_seconds: int = Field(
        default=0,
        strict=True,
        ge=0,
        le=LONGEST_NOTICE_SECONDS,
        description="The least time between the word that a unit goes and its going; a consent is such a word.",
    )
    consents: tuple[Consent, ...] = Field(
        default=(),
        max_length=MAX_CONSENTS,
        json_schema_extra=ATOMIC_LIST,
        description="Units that may be swapped now.",
    )


class UnitRepair(Record):
    """A unit of the reservation that is not as it should be, or a consent that changes nothing."""

    pool: PoolName = Field(description="The pool.")
    unit: UnitId = Field(description="The unit.")
    grant: int = Field(strict=True, ge=1, le=MAX_COUNTER, description="The grant by which it has the unit.")
    state: RepairState = Field(description="Degraded, Failed, Swapping or Over (docs/repair.md).")
    reason: Word = Field(default="", description="What is wrong, in the word of whoever says so.")
    hosts: HostCount = Field(default=0, description="Hosts of the unit.")
    hosts_healthy: HostCount = Field(default=0, description="Hosts of it that work.")
    since: Told | None = Field(default=None, description="Since when, where that was judged.")
    swap_at: Told | None = Field(
        default=None,
        description="From when it may leave; of a Failed one, when that is announced without an answer.",
    )
