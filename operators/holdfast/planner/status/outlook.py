"""Which promises cannot be kept as things stand, and why: a deficit is told as soon as it can be foreseen."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.api.reasons import Reason
from holdfast.planner.state import worlds
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.worlds import Change

CAUSES: tuple[tuple[Change, Reason], ...] = (
    (worlds.uncordoned, Reason.CORDONED),
    (worlds.healthy, Reason.AWAITING_REPAIR),
    (worlds.delivered, Reason.SUPPLY_NOT_YET_DELIVERED),
    (worlds.staying, Reason.SITE_LEASE_ENDS),
)
"""Kinder worlds, each on top of the one before it; the first in which nothing is missing names what is."""

Outlook = Mapping[str, Reason]
"""By reservation uid, why some of its units will be missing; who can be served whole is not named."""


def outlook_of(snapshot: Snapshot) -> Outlook:
    """Look ahead in every pool, as read."""
    accepted = {uid: promise.created for uid, promise in snapshot.promises.items()}
    short: dict[str, Reason] = {}
    for name in sorted(snapshot.pools):
        sheet = Sheet.of(snapshot.pools[name], snapshot.now)
        for uid in sorted(sheet.shortages(accepted)):
            short.setdefault(uid, _cause(sheet, uid, accepted))
    return short


def _cause(sheet: Sheet, uid: str, accepted: Mapping[str, int]) -> Reason:
    for change, reason in CAUSES:
        sheet = change(sheet)
        if uid not in sheet.shortages(accepted):
            return reason
    return Reason.AWAITING_REPAIR
