"""How many units of a pool are kept back to repair promises: by count, or by confidence."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.spares import WHOLE, share_text, spares_for
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.units import MOST_UNITS

BY_COUNT, BY_CONFIDENCE = "spares", "sparesByConfidence"


@dataclass(frozen=True, slots=True)
class Spares:
    """`count` units. Where they follow from a confidence, it and how often one unit works, in basis points; else 0."""

    count: int
    confidence: int = 0
    availability: int = 0

    @property
    def field(self) -> str:
        """The field that declares them."""
        return BY_CONFIDENCE if self.confidence else BY_COUNT

    @property
    def shown(self) -> str:
        """As a mistake shows them."""
        if not self.confidence:
            return str(self.count)
        return f"{self.count} ({share_text(self.confidence)} sure at {share_text(self.availability)})"


def parse_spares(fields: Fields, units: int) -> Spares:
    """The spares of a pool of so many declared units; none where a field could not be read."""
    if not fields.has(BY_CONFIDENCE):
        fields.section(BY_CONFIDENCE, required=False)
        return Spares(fields.whole(BY_COUNT, 0, MOST_UNITS))
    if fields.has(BY_COUNT):
        fields.refuse(
            BY_CONFIDENCE,
            "a section",
            f"stands beside {BY_COUNT}, so nobody could say how many are kept back",
            "leave one of them out",
        )
    fields.whole(BY_COUNT, 0, MOST_UNITS, default=0)
    section = fields.section(BY_CONFIDENCE)
    confidence = section.whole("confidenceBasisPoints", 1, WHOLE - 1)
    availability = section.whole("availabilityBasisPoints", 1, WHOLE)
    section.nothing_else()
    if not confidence or not availability:
        return Spares(0)
    return Spares(spares_for(units, availability, confidence), confidence, availability)
