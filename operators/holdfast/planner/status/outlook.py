"""Which promises cannot be kept as things stand, and why: a deficit is told as soon as it can be foreseen."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.api.reasons import Reason
from holdfast.planner.state import worlds
from holdfast.planner.state.pool_calendar import PoolCalendar
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Snapshot
from holdfast.planner.state.worlds import Change

CAUSES: tuple[tuple[Change, Reason], ...] = (
    (worlds.unmaintained, Reason.UNDER_MAINTENANCE),
    (worlds.uncordoned, Reason.CORDONED),
    (worlds.healthy, Reason.AWAITING_REPAIR),
    (worlds.delivered, Reason.SUPPLY_NOT_YET_DELIVERED),
    (worlds.staying, Reason.SITE_LEASE_ENDS),
)
"""Kinder worlds, each on top of the one before it; the first in which nothing is missing names what is."""

Outlook = Mapping[str, Reason]
"""By reservation uid, why some of its units will be missing; who can be served whole is not named."""


def outlook_in(snapshot: Snapshot, pool: Pool, calendar: PoolCalendar | None = None) -> Outlook:
    """Look ahead in one pool, as read; `calendar` is what is known of it."""
    sheet = Sheet.of(pool, snapshot.now, calendar, snapshot.promises)
    return _causes(sheet) if sheet.any_short() else {}


def _causes(sheet: Sheet) -> Outlook:
    """By reservation uid, what the first world says in which it is not short; each world is asked once for all."""
    short = sorted(sheet.shortages())
    causes: dict[str, Reason] = {}
    for change, reason in CAUSES:
        kinder = change(sheet)
        if len(causes) < len(short) and kinder is not sheet:
            left, sheet = kinder.shortages(), kinder
            causes.update({uid: reason for uid in short if uid not in left and uid not in causes})
    return {uid: causes.get(uid, Reason.AWAITING_REPAIR) for uid in short}
