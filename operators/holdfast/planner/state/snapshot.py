"""What the planner sees: one frozen picture of the hub, with `now` in it. `holdfast.hub.snapshot_reader` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.api.datacenter import DatacenterStatus
from holdfast.api.ledger import MAX_OUTAGES
from holdfast.api.maintenance import MaintenanceStatus
from holdfast.api.reservation_status import ReservationStatus
from holdfast.api.tenant import TenantStatus
from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS
from holdfast.planner.state.deletions import HeldDeletions
from holdfast.planner.state.ledger import FAR, Ledger, Part, Promise


class Health(StrEnum):
    """What a datacenter's agent last reported of a unit; a unit never reported is MISSING."""

    HEALTHY = "Healthy"
    DEGRADED = "Degraded"
    UNHEALTHY = "Unhealthy"
    MISSING = "Missing"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as declared and as reported. It may be promised over [available, retires).

    `blocked` says why its agent does not make it what the ledger says, where that does not pass by itself. `lacking`
    are its hosts that do not work. What is wrong with it may heal by itself (`heals`) or not: `source` says so, in the
    word `reason`; `occupied` tells of tenants' pods on it, where something is wrong or it is to leave. Until
    `repaired_until` somebody else wants to be let alone with one of its hosts. `slice` names the slice it is part of.
    """

    name: str
    available: int = 0
    retires: int = FAR
    retiring: bool = False
    health: Health = Health.MISSING
    cordoned: bool = False
    open_grant: int = 0
    clean_grant: int = 0
    blocked: str = ""
    lacking: int = 0
    heals: bool = False
    occupied: bool = False
    source: str = ""
    reason: str = ""
    repaired_until: int = 0
    slice: str = ""

    @property
    def works(self) -> bool:
        """Whether a tenant can run there now."""
        return self.health in (Health.HEALTHY, Health.DEGRADED)

    @property
    def sound(self) -> bool:
        """Whether the unit can be given to a tenant now."""
        return self.works and not self.cordoned and not self.retiring

    @property
    def withdrawn(self) -> bool:
        """Whether it is to leave as soon as its holder can do without it: it retires, and no date is said."""
        return self.retiring and self.retires == FAR


@dataclass(frozen=True, slots=True)
class Pool:
    """One fabric domain: its declaration, its ledger, and what its datacenter's agent reports.

    `selling` is false while its stack is being taken down, `reachable` while its agent is silent. Durations are
    seconds. `refuses` says by tenant why the site has no place for it. `lease_end` is when the site lease runs out.
    `topology` is the shape of its units, `hosts` how many each has. `guaranteed` is false where its provider may take
    the hardware back: then nothing is promised of it. `dwell` is how long what can heal may take, `ask_limit` how long
    a tenant may leave open what becomes of a failed unit; `recalled` are units that a person takes back for safety, and
    who that is. `restored` from a backup it is until a person has let the hub sell again.
    """

    name: str
    datacenter: str
    accelerator: str
    chips_per_unit: int
    units: Mapping[str, Unit]
    ledger: Ledger = field(default_factory=Ledger)
    spares: int = 0
    drain_lead: int = 0
    grace: int = 60
    turn_around: int = 0
    repair: int = 86_400
    dwell: int = 300
    ask_limit: int = 86_400
    hosts: int = 0
    lease_end: int = FAR
    selling: bool = True
    reachable: bool = True
    sealed: bool = False
    endpoint: str = ""
    topology: str = ""
    guaranteed: bool = True
    refuses: Mapping[str, str] = field(default_factory=dict)
    recalled: Mapping[str, str] = field(default_factory=dict)
    restored: bool = False
    resource_version: str = ""

    @property
    def clearing(self) -> int:
        """Seconds after a window's end during which its units are evicted and made clean."""
        return self.grace + self.turn_around


@dataclass(frozen=True, slots=True)
class Window:
    """What a tenant asked of time.

    Fixed: `end`, and `start` unless it means now. Flexible: `duration` within [earliest, latest]. Several: `parts`, in
    slices, `start` and `end` of all. `objection`: why it is impossible; `told`: what of it is not as written.
    """

    start: int | None = None
    end: int | None = None
    duration: int | None = None
    earliest: int | None = None
    latest: int | None = None
    parts: tuple[Part, ...] = ()
    objection: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """How a tenant wants its failed units to be replaced.

    `policy` is Automatic, AskFirst, Never, or None: Automatic where none of its pods run, else AskFirst. `notice` are
    the seconds between the word that a unit goes and its going. `consents` are (pool, unit, grant) that may be swapped.
    """

    policy: str | None = None
    notice: int = 0
    consents: frozenset[tuple[str, str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reservation:
    """A tenant's ask. `tenant` is its namespace's immutable label, None where there is none.

    `atomic`: no part of it opens before all can. `status` stands there now: read to say nothing twice, never as truth.
    """

    uid: str
    namespace: str
    name: str
    generation: int
    created: int
    tenant: str | None
    accelerator: str
    topology: str | None
    count: int
    window: Window
    datacenters: tuple[str, ...] = ()
    across_datacenters: bool = False
    atomic: bool = False
    max_percent_per_pool: int | None = None
    min_count: int | None = None
    repair: Repair = Repair()
    status: ReservationStatus | None = None

    @property
    def label(self) -> str:
        """`namespace/name`, as people write it."""
        return f"{self.namespace}/{self.name}"


class AnswerKind(StrEnum):
    """What a query wants to know of its ask."""

    CHECK = "Check"
    EARLIEST = "Earliest"
    SLOTS = "Slots"
    LATEST_END = "LatestEnd"


@dataclass(frozen=True, slots=True)
class Query:
    """What a tenant asks of an ask that nobody has made. `ask` has the query's own uid, namespace, name and creation.

    `offers` are the most wanted; it is kept for `keep` seconds once it was answered, at `answered_at`.
    """

    ask: Reservation
    kind: AnswerKind = AnswerKind.CHECK
    offers: int = 4
    keep: int = 600
    answered_at: int | None = None

    @property
    def expires(self) -> int:
        """When it is to go; never before it was answered."""
        return FAR if self.answered_at is None else self.answered_at + self.keep


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What a platform engineer asks to take out of a pool over [start, end); no units named: all of it.

    `against` are the reservations (namespace/name) whose promises may lose units to it.
    """

    uid: str
    name: str
    generation: int
    created: int
    pool: str
    start: int
    end: int
    units: tuple[str, ...] = ()
    against: frozenset[str] = frozenset()
    status: MaintenanceStatus | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer. `chips` is what it may hold at one instant, per accelerator type.

    `namespaces` carry its label, in order of name; `status` is what stands there now.
    """

    name: str
    chips: Mapping[str, int]
    horizon: int = 366 * 86_400
    generation: int = 0
    namespaces: tuple[str, ...] = ()
    status: TenantStatus | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A datacenter: whether it has hardware yet, and whether its agent is heard."""

    name: str
    generation: int = 0
    operational: bool = True
    silent: bool = False
    status: DatacenterStatus | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Figures of the operator. Durations are seconds; `shortest` is the least of a window worth promising.

    `max_entries` and `max_parts` (intervals in them) keep a pool below the 1.5 MiB that etcd takes (docs/decisions).
    A turn decides and answers so many at most, None for all; of one tenant's queries only `queries_waiting`.
    """

    slot: int = 300
    max_entries: int = 1_000
    max_parts: int = 8_000
    max_skew: int = 5
    shortest: int = SHORTEST_WINDOW_SECONDS
    backdating: int = 300
    replacement_share: int = 100
    freeze_share: int = 3
    record: int = 400 * 86_400
    outages: int = MAX_OUTAGES
    decisions: int | None = None
    queries: int = 64
    queries_waiting: int = 1_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one turn may know.

    `attempt` is a fresh word no other turn of any planner uses; `gone` holds reservations and maintenance windows whose
    absence has been proven by consistent reads, never by a cache. `held` says by tenant what is gone and not proven for
    longer than usual; `leaving` are deleted reservations that a finalizer keeps: they ask for nothing and are only told
    of. `refused` names pools and promises (by uid) that are left as they are, because the API server refused what was
    planned for them; the value is in its words. `unfenced` names pools whose ledger another planner may have written
    since it was read, or may still be writing. `queries` and `maintenance` are by uid.
    """

    now: int
    epoch: int
    attempt: str
    pools: Mapping[str, Pool]
    reservations: Mapping[str, Reservation]
    promises: Mapping[str, Promise]
    tenants: Mapping[str, Tenant]
    sites: Mapping[str, Site] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    held: Mapping[str, HeldDeletions] = field(default_factory=dict)
    leaving: Mapping[str, Reservation] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    unfenced: frozenset[str] = frozenset()
    queries: Mapping[str, Query] = field(default_factory=dict)
    maintenance: Mapping[str, Maintenance] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
