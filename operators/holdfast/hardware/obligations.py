"""What a unit owes to people who are no tenants: the landlord of its site and the lender it is pledged to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteLease:
    """The lease of a site. No promise there may outlive `end`."""

    landlord: str
    start: str
    """RFC 3339 instant in UTC, ending in Z."""
    end: str
    guarantor: str = ""
    """Who answers for the rent if we do not; empty = nobody."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pool's hardware given as security for a credit facility."""

    lender: str
    facility: str
    until: str = ""
    """RFC 3339 instant in UTC, ending in Z; empty = until the lender lets it go."""
