"""The bars of a pool as they travel: column by column, in bytes that are made once for each ledger."""

from __future__ import annotations

import msgspec

from holdfast.api.pool import AcceleratorPool
from holdfast.console.views import calendar
from holdfast.console.views.calendar import Bar


class BarCache:
    """The bars of whole pools as bytes, made once for each ledger that is written."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[AcceleratorPool, bytes]] = {}

    def of(self, pool: AcceleratorPool) -> bytes:
        """The columns of a pool's bars."""
        made = self._made.get(pool.metadata.name)
        if made is None or made[0] is not pool:
            made = self._made[pool.metadata.name] = (pool, columns(calendar.of_ledger(pool)))
        return made[1]


def columns(found: tuple[Bar, ...]) -> bytes:
    """Bars column by column: names once, starts as differences, places as runs; half the bytes of a list of objects."""
    tenants = sorted({bar.tenant for bar in found})
    index = {tenant: number for number, tenant in enumerate(tenants)}
    starts = [bar.start for bar in found]
    return msgspec.json.encode(
        {
            "tenants": tenants,
            "tenant": [index[bar.tenant] for bar in found],
            "name": [bar.reservation for bar in found],
            "state": [bar.state[0] for bar in found],
            "start": [now - before for now, before in zip(starts, [0, *starts], strict=False)],
            "length": [bar.end - bar.start for bar in found],
            "units": [bar.units for bar in found],
            "places": [[number for run in bar.places for number in run] for bar in found],
        }
    )
