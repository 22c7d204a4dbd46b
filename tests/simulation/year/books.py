"""What was delivered in the year and what was taken, counted on the stored truth and on the hosts themselves.

A unit serves while it is Active for its promise and enough of its hosts work and are open to it. What the hardware
allowed at an instant: as many units of the pool as have enough hosts, at most those promised; a unit in its tenant's
hands that is out for a blip alone is not allowed by the hardware either, as no spare mends two minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.simulation.lifetimes.world import World
from tests.simulation.storage import Document, Entry
from tests.simulation.year.fate import Trouble
from tests.simulation.year.stock import HALLS, RACKS, SITE, Hall

from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import POOL_LABEL, RESERVATION_TAINT, UNIT_LABEL

Unit = tuple[str, str]
"""Pool and name."""


@dataclass
class Books:
    """`away` are the hosts that do not work now, with what has happened to them."""

    world: World
    away: dict[str, Trouble] = field(default_factory=dict)
    delivered: float = 0.0
    allowed: float = 0.0
    blips: int = 0
    failures: int = 0
    swapped: int = 0
    evicted: int = 0
    evicted_for_blips: int = 0
    racks_swapped: int = 0
    racks_swapped_needlessly: int = 0
    happened: int = 0
    site_changes: int = 0
    _hosts: dict[Unit, list[str]] = field(default_factory=dict)
    _level: tuple[float, float] = (0.0, 0.0)
    _since: float = 0.0
    _read: tuple[int, int, int] = (-1, -1, -1)

    def __post_init__(self) -> None:
        self.world.hub.storage.watchers.append(self._on_hub)
        self.world.sites[SITE].storage.watchers.append(self._at_site)
        for host in self.world.sites[SITE].storage.within("", kinds.NODE.plural, ""):
            labels = host["metadata"]["labels"]
            self._hosts.setdefault((labels[POOL_LABEL], labels[UNIT_LABEL]), []).append(
                host["metadata"]["name"]
            )

    @property
    def share(self) -> float:
        """Of what the hardware allowed, so much was delivered."""
        return self.delivered / self.allowed

    def turn_page(self) -> None:
        """Time has gone by since the last page; from now on count with what is so now."""
        now, stored = self.world.time.elapsed, (self.world.written, self.happened, self.site_changes)
        self.delivered += self._level[0] * (now - self._since)
        self.allowed += self._level[1] * (now - self._since)
        self._since = now
        if stored != self._read:
            self._read, self._level = stored, self._now()

    def _now(self) -> tuple[float, float]:
        served, allowed = 0, 0
        for hall in HALLS:
            pool = self.world.truth.pools[hall.pool]
            mine, open_to = _held(pool), self._open_to(hall)
            works = {unit for unit in hall.names if self.works(hall, unit)}
            blipping = sum(unit not in works and self._blips_alone(hall, unit) for unit in mine)
            served += min(sum(unit in works and open_to[unit] >= hall.enough for unit in mine), hall.promised)
            allowed += min(len(works), hall.promised - min(blipping, hall.promised))
        return served, allowed

    def working(self, hall: Hall, unit: str) -> int:
        """Hosts of a unit that work."""
        return sum(host not in self.away for host in self._hosts[hall.pool, unit])

    def works(self, hall: Hall, unit: str) -> bool:
        """Whether enough of its hosts do."""
        return self.working(hall, unit) >= hall.enough

    def _blips_alone(self, hall: Hall, unit: str) -> bool:
        """Whether it would work but for hosts that are away for a blip."""
        lost = [self.away[host] for host in self._hosts[hall.pool, unit] if host in self.away]
        return hall.hosts - sum(not one.blip for one in lost) >= hall.enough

    def _open_to(self, hall: Hall) -> Mapping[str, int]:
        """By unit its working hosts that are open to somebody."""
        return {unit: sum(map(self._is_open, self._hosts[hall.pool, unit])) for unit in hall.names}

    def _is_open(self, host: str) -> bool:
        found = self.world.sites[SITE].find(kinds.NODE, host)
        return found is not None and host not in self.away and "none" not in _taints(found)

    # --- what is taken ----------------------------------------------------------------------------------

    def _on_hub(self, change: Entry) -> None:
        if change.place.plural != kinds.ACCELERATOR_POOL.plural or not change.old or not change.new:
            return
        hall = next(one for one in HALLS if one.pool == change.place.name)
        for unit in _released(change.old, change.new):
            self.swapped += 1
            if hall is RACKS:
                self.racks_swapped += 1
                self.racks_swapped_needlessly += self.works(hall, unit)

    def _at_site(self, change: Entry) -> None:
        """A pod that is told to end."""
        self.site_changes += 1
        if change.place.plural != kinds.POD.plural or not change.old or not change.new:
            return
        if (
            "deletionTimestamp" in change.new["metadata"]
            and "deletionTimestamp" not in change.old["metadata"]
        ):
            self.evicted += 1
            labels = (self.world.sites[SITE].find(kinds.NODE, change.new["spec"]["nodeName"]) or {})[
                "metadata"
            ]["labels"]
            hall = next(one for one in HALLS if one.pool == labels[POOL_LABEL])
            self.evicted_for_blips += self._blips_alone(hall, labels[UNIT_LABEL])


def _held(pool: AcceleratorPool) -> list[str]:
    return [unit for unit, grant in (pool.status or EMPTY).units.items() if grant.state == "Active"]


def _taints(host: Document) -> Iterable[str]:
    return [taint["value"] for taint in host["spec"]["taints"] if taint["key"] == RESERVATION_TAINT]


def _released(old: Document, new: Document) -> Iterator[str]:
    before, after = (one.get("status", {}).get("units", {}) for one in (old, new))
    for unit, grant in before.items():
        if (
            grant["state"] == "Active"
            and after.get(unit, {}).get("state") == "Releasing"
            and "trouble" in grant
        ):
            yield unit
