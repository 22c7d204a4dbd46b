"""A platform engineer's leave to let frozen deletions go: an annotation of the Tenant that ends by itself.

    kubectl annotate tenant mistral holdfast.dev/release-frozen-deletions=2027-01-15T12:00:00Z

The value is an instant at most 24 hours ahead, by the API server's clock; afterwards it means nothing, so that no
leave is forgotten. A value that is refused stays refused in this replica although time brings it nearer: an instant
next year must not be a leave next year. Only who may write Tenants can set it, and those are platform engineers.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.api.tenant import Tenant
from holdfast.hardware.instants import seconds_of, text_of
from holdfast.hardware.names import RELEASE_ANNOTATION
from holdfast.planner.state.deletions import Release

FARTHEST_SECONDS = 24 * 3600


class Releases:
    """Reads the annotations, and remembers which were refused."""

    def __init__(self) -> None:
        self._refused: dict[tuple[str, str], Release] = {}

    def standing(self, tenants: Iterable[Tenant], now: int) -> dict[str, Release]:
        """What each tenant's annotation says now (epoch seconds); tenants without one are left out."""
        written = {
            one.metadata.name: text
            for one in tenants
            if (text := one.metadata.annotations.get(RELEASE_ANNOTATION)) is not None
        }
        self._refused = {pair: said for pair, said in self._refused.items() if pair in written.items()}
        return {name: self._read(name, text, now) for name, text in written.items()}

    def _read(self, tenant: str, text: str, now: int) -> Release:
        read = self._refused.get((tenant, text)) or release_of(text, now)
        if read.refused:
            self._refused[tenant, text] = read
        return read


def release_of(text: str, now: int) -> Release:
    """What an annotation says at first sight, at `now`."""
    shown = ascii(text[:40])
    try:
        until = seconds_of(text)
    except ValueError as error:
        return Release(refused=f"{RELEASE_ANNOTATION} is {shown} and not obeyed: {error}")
    if until > now + FARTHEST_SECONDS:
        latest = text_of(now + FARTHEST_SECONDS)
        return Release(
            until, f"{RELEASE_ANNOTATION} is {shown} and not obeyed: it lies after {latest}, 24 h ahead"
        )
    return Release(until)
