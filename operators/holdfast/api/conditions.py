"""Conditions: the few questions every status answers, in the shape kubectl and kstatus tools understand.

True is good for Accepted, Promised, Bound and Ready; each names in observedGeneration the generation of the spec it
speaks of, so that `kubectl wait` waits for an amendment. Reconciling (a change is not in force yet) and Stalled (only
its author can end that) are present only while they are true, as kstatus reads them.
Ready=True: all there is to do now is done. Ready=False: work or trouble is left. Ready=Unknown: no word
from the site.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from holdfast.api.bounds import Counter, Sentence, Told
from holdfast.api.merging import by_key
from holdfast.api.record import Record


class ConditionType(StrEnum):
    """The questions, in the order a reservation lives through them."""

    ACCEPTED = "Accepted"
    PROMISED = "Promised"
    BOUND = "Bound"
    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    REPAIRS_FROZEN = "RepairsFrozen"


class Condition(Record):
    """One question answered: its type, the answer, one word of docs/reasons.md and a sentence."""

    type: Literal["Accepted", "Promised", "Bound", "Ready", "Reconciling", "Stalled", "RepairsFrozen"] = (
        Field(
            description="The question: Accepted, Promised, Bound, Ready; present only when true: Reconciling, Stalled, "
            "RepairsFrozen (of a datacenter)."
        )
    )
    status: Literal["True", "False", "Unknown"] = Field(
        description="The answer; Unknown while the site cannot be reached."
    )
    reason: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Z][A-Za-z]*$",
        description="One word from docs/reasons.md that says why.",
    )
    message: Sentence = Field(default="", description="A sentence for people: why, and what to do next.")
    observed_generation: Counter = Field(
        default=0, description="The metadata.generation this answer was given for."
    )
    last_transition_time: Told = Field(description="When the answer last changed.")


Conditions = Annotated[
    tuple[Condition, ...],
    Field(
        max_length=8,
        json_schema_extra=by_key("type"),
    ),
]
"""At most one condition of each type."""
