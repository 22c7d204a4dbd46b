"""Shapes of the texts in a declaration: a pattern, and what to say when it does not match."""

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shape:
    """A text must match the whole pattern; consequence and remedy complete the sentence if it does not."""

    pattern: str
    consequence: str
    remedy: str

    def fits(self, text: str) -> bool:
        """Whether the whole text matches."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None


ANY_TEXT = Shape(r"(?s).+", "is empty", "write something")
LABEL = Shape(
    r"[a-z]([-a-z0-9]{0,28}[a-z0-9])?",
    "is no short DNS label, so objects and machines of this name would be refused",
    "use at most 30 of a-z, 0-9 and '-', starting with a letter, and no dot",
)
CONTRACT = Shape(
    r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "is no name the hub accepts for a contract",
    "use at most 63 of a-z, 0-9 and '-', such as hardware-facility-2026",
)
PARTY = Shape(r"[^\x00-\x1f\x7f]{1,128}", "is no name of a company", "write at most 128 printable characters")
UNIT = Shape(
    r"[a-z]([-a-z0-9]{0,20}[a-z0-9])?",
    "is no unit id, so its GKE node pool would be refused",
    "use a-z, 0-9 and '-', starting with a letter, such as cube-007",
)
PROJECT = Shape(
    r"[a-z][-a-z0-9]{4,28}[a-z0-9]",
    "is no Google Cloud project id",
    "use the id (6 to 30 of a-z, 0-9 and '-'), not the number or the display name",
)
REGION = Shape(r"[a-z]+-[a-z]+[0-9]+", "is no region", "write a region such as us-central1")
ZONE = Shape(r"[a-z]+-[a-z]+[0-9]+-[a-z]", "is no zone", "write a zone such as us-central1-b")
MACHINE = Shape(r"[a-z0-9]+(-[a-z0-9]+)+", "is no machine type", "write one such as n2-standard-8")
VERSION = Shape(
    r"1\.[0-9]+\.[0-9]+-gke\.[0-9]+",
    "is no full GKE version, and a short one would drift",
    'write it in full and in quotes, such as "1.35.2-gke.1842000"',
)
ACCOUNT = Shape(
    r"[a-z0-9-]+@[a-z0-9.-]+\.iam\.gserviceaccount\.com",
    "is no service account",
    "write its e-mail address, ending in .iam.gserviceaccount.com",
)
BLOCK_RESERVATION = Shape(
    r"projects/[^/]+/reservations/[^/]+(/reservationBlocks/[^/]+(/reservationSubBlocks/[^/]+)?)?",
    "names no reservation, so Google would place the nodes on demand or nowhere",
    "write projects/P/reservations/R, with /reservationBlocks/B for one block",
)


class Instant(Shape):
    """An instant in UTC, to the second, so that instants compare as text."""

    def fits(self, text: str) -> bool:
        """Whether the text is an instant that exists (a 31st of June does not)."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None and _exists(text)


INSTANT = Instant(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "is no instant in UTC (YAML turns a bare date into something else)",
    'write it in full and in quotes, such as "2027-01-04T00:00:00Z"',
)


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
