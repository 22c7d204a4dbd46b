"""The end of a life: nothing goes wrong any more, and everything must come to rest, twice.

first     with what is promised then: rounds until one writes nothing but Leases; then a whole audit; and agents that
          have forgotten everything find no more to do than those that remember what they have looked at
finally   all windows have passed: again rest, again an audit, and every unit is back
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.hosts import write
from tests.simulation.lifetimes.joined import unjoined
from tests.simulation.lifetimes.questions import unfinished
from tests.simulation.lifetimes.truth import node_of
from tests.simulation.lifetimes.upkeep import untold
from tests.simulation.lifetimes.world import Process, World
from tests.simulation.storage import Place, with_metadata

from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool, DeclaredUnit
from holdfast.audit.checks import findings_in
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture, SitePicture
from holdfast.cluster.core_objects import Namespace
from holdfast.cluster.transport import kinds
from holdfast.hardware.names import TENANT_LABEL

MOST_ROUNDS = 60
STEP = 10
"""Seconds between two rounds: sixty rounds are ten minutes, the longest pause of anything that is tried again."""
MOST_WINDOWS = 40
PATIENT_ROUNDS = 5
"""Quiet rounds that are a little longer than the patience with which a deletion is proven."""


def come_to_rest(world: World) -> str:
    """What is broken at the end; empty where nothing is."""
    _stop_faults(world)
    why = _rest(world) or next(_amiss(world), "") or _left_undone(world)
    if why:
        return why
    for _ in range(MOST_WINDOWS):
        if not _skip_to_next_instant(world):
            break
        if why := _rest(world):
            return f"later: {why}"
    return next(_amiss(world), "") or next(_left_behind(world), "")


def _stop_faults(world: World) -> None:
    """Everything is mended, and what was under way arrives."""
    world.journal.note("fate", "no more faults")
    world.net.cut.clear()
    world.moody = False
    for planner in world.planners:
        planner.all_lead = False  # from now on the lease decides
    for process in world.processes:
        _let_go_on(process)
    while world.net.late:
        world.net.deliver(0)
    world.hub.compact()
    for server in world.sites.values():
        for host in list(server.storage.within("", kinds.NODE.plural, "")):
            sound = {"conditions": [{"type": "Ready", "status": "True"}]}
            write(server, kinds.NODE, host, spec={**host["spec"], "unschedulable": False}, status=sound)
    for tenant in TENANTS:
        found = world.hub.find(kinds.NAMESPACE, f"{tenant}-lab") or {}
        write(world.hub, kinds.NAMESPACE, with_metadata(found, labels={TENANT_LABEL: tenant}))
    _let_go(world)


def _let_go_on(process: Process) -> None:
    """It finishes its turn with what it knew, and only then sees everything."""
    process.actor.frozen = process.sleeping = False
    process.actor.faults.clear()
    if process.actor.amid:
        process.actor.run()
    process.blind = 0
    process.relist()
    if not process.clock_trusted:  # a machine slept: the process has to be started anew
        process.actor.crash()
    process.tick()


def _let_go(world: World) -> None:
    stored = world.hub.storage.within(kinds.CAPACITY_RESERVATION.group, kinds.CAPACITY_RESERVATION.plural, "")
    for each in list(stored):
        meta = each["metadata"]
        if "deletionTimestamp" in meta:
            world.hub.storage.erase(
                Place(
                    kinds.CAPACITY_RESERVATION.group,
                    kinds.CAPACITY_RESERVATION.plural,
                    meta["namespace"],
                    meta["name"],
                )
            )


def _rest(world: World) -> str:
    """Rounds until nothing is written, and for longer while it takes time to prove that a reservation is gone."""
    quiet = 0
    for _ in range(MOST_ROUNDS):
        before = _written(world)
        world.calm(seconds=STEP)
        if why := next(world.failures(), ""):
            return why
        led = any(planner.leading for planner in world.planners)
        quiet = quiet + 1 if led and _written(world) == before else 0
        if quiet > (PATIENT_ROUNDS if _missing(world) else 1):
            return ""
    last = [f"{each.place.plural}/{each.place.name}" for each in world.hub.storage.history[-12:]]
    return f"I12: no rest after {MOST_ROUNDS} rounds without faults; last written: {', '.join(last)}"


def _left_undone(world: World) -> str:
    """What agents that begin anew write, where those that remember have come to rest."""
    before = world.hub.storage.revision, *(server.storage.revision for server in world.sites.values())
    for agent in world.agents:
        agent.actor.crash()
        world.round(agent)
    servers = zip((world.hub, *world.sites.values()), before, strict=True)
    changes = [change.place for server, seen in servers for change in server.storage.since(seen)]
    told = ", ".join(f"{place.plural}/{place.name}" for place in changes)
    return f"I12: agents that have forgotten everything write at rest: {told}" if told else ""


def _missing(world: World) -> bool:
    """Whether a promise stands whose reservation is gone."""
    standing = (uid for uid, each in world.truth.promises.items() if each.spec.state in ("None", "Committed"))
    return any(uid not in world.truth.reservations for uid in standing)


def _written(world: World) -> tuple[int, int]:
    """How much has been written, Leases aside."""
    return world.written, sum(len(server.storage.history) for server in world.sites.values())


def _skip_to_next_instant(world: World) -> bool:
    """Let time pass up to the next instant at which a window opens or ends; whether there is one."""
    now = int(world.time.epoch())
    instants = set()
    for promise in world.truth.promises.values():
        if promise.spec.state == "Committed" and promise.spec.window is not None:
            instants |= {promise.spec.window.start, promise.spec.window.end}
            instants |= {edge for one in promise.spec.intervals or () for edge in (one.start, one.end)}
    for pool in world.truth.pools.values():
        ledger = pool.status or EMPTY
        instants |= {edge for entry in ledger.promises.values() for edge in (entry.from_, entry.until)}
        instants |= {edge for one in (ledger.outages or {}).values() for edge in (one.from_, one.until)}
    later = [instant for instant in instants if instant > now]
    if not later:
        return False
    world.pass_time(min(later) - now + 2)  # a planner's clock may be a second behind
    return True


def _amiss(world: World) -> Iterator[str]:
    """What a whole audit finds, and what nobody has answered."""
    picture = Picture(
        int(world.time.epoch()),
        world.truth.pools,
        world.truth.promises,
        world.truth.reservations,
        world.truth.reports,
        world.truth.namespaces,
        {site: _site(world, site) for site in world.sites},
    )
    for finding in findings_in(picture):
        if not _owed(world, finding):
            yield f"{finding.invariant} at rest: {finding.subject} {finding.wrong}"
    for planner in world.planners:
        if planner.last is not None and planner.leading:
            yield from (f"frozen at rest: {name}: {why}" for name, why in planner.last.plan.frozen.items())
    yield from _unanswered(world)
    yield from unfinished(world)
    yield from untold(world)
    yield from _unserved(world)
    for site in world.joined:
        pools = {name: pool for name, pool in world.truth.pools.items() if pool.spec.datacenter == site}
        yield from unjoined(world.sites[site], pools)


def _owed(world: World, finding: Finding) -> bool:
    """Whether it tells of a slice that waits for cubes which its promise lacks: that is told to whoever holds it."""
    name, _, unit = finding.subject.removeprefix("unit ").rpartition("/")
    if "SlicePending" not in finding.wrong:
        return False
    pool = world.truth.pools[name]
    units = (pool.status or EMPTY).units
    uid = units[unit].promise if unit in units else None
    held = sum(each.promise == uid and each.state == "Active" for each in units.values())
    promise = world.truth.promises.get(uid or "")
    return promise is not None and held < _due(pool, uid or "", promise.spec.pools[name], world.time.epoch())


def _site(world: World, site: str) -> SitePicture:
    storage = world.sites[site].storage
    nodes = tuple(node_of(each) for each in storage.within("", kinds.NODE.plural, ""))
    names = storage.within("", kinds.NAMESPACE.plural, "")
    return SitePicture(nodes, tuple(Namespace(node_of(each).metadata) for each in names))


def _unanswered(world: World) -> Iterator[str]:
    """A reservation whose newest form has no answer."""
    for each in world.truth.reservations.values():
        if each.metadata.deletion_timestamp is None and each.status is None:
            yield f"I9: {each.path} has no status at rest"


def _unserved(world: World) -> Iterator[str]:
    """A promise whose window is open holds its units, if its pools can give them."""
    now = world.time.epoch()
    for uid, promise in world.truth.promises.items():
        window = promise.spec.window
        if (
            promise.spec.state != "Committed"
            or window is None
            or not window.start + STEP + 2 <= now < window.end - STEP
        ):
            continue
        for name in promise.spec.pools:
            pool = world.truth.pools[name]
            units, count = (pool.status or EMPTY).units, _due(pool, uid, promise.spec.pools[name], now)
            active = sum(each.promise == uid and each.state == "Active" for each in units.values())
            idle = _idle(pool, int(now), window.end)
            if active < count and idle:
                label = f"{promise.spec.namespace}/{promise.spec.reservation}"
                yield f"I12: {label} has {active} of {count} units of {name}, {idle} are idle"


def _due(pool: AcceleratorPool, uid: str, count: int, now: float) -> int:
    """How many of its units a promise is to have in a pool now: of intervals that are neither new nor about to end."""
    entry = (pool.status or EMPTY).promises.get(uid)
    if entry is None or entry.parts is None:
        return count
    return sum(part.count for part in entry.parts if part.from_ + STEP + 2 <= now < part.until - STEP)


def _idle(pool: AcceleratorPool, now: int, end: int) -> list[str]:
    """The units that nobody has and that nothing takes away until then; what is under maintenance is waited for."""
    ledger = pool.status or EMPTY
    known = (ledger.outages or {}).values()
    outages = [one for one in known if now < one.until + STEP + 2 and one.from_ < end + STEP]
    free = [name for name, unit in pool.spec.units.items() if name not in ledger.units and _usable(unit)]
    return [name for name in free if all(one.units and name not in one.units for one in outages)]


def _usable(declared: DeclaredUnit) -> bool:
    return not declared.retiring and declared.available_from is None and declared.retired_by is None


def _left_behind(world: World) -> Iterator[str]:
    """After all windows: units or entries that nobody takes back."""
    for name, pool in world.truth.pools.items():
        ledger = pool.status or EMPTY
        if ledger.units:
            yield f"I12: after every window {name} still has {dict(ledger.units)}"
        if ledger.promises:
            yield f"I12: after every window {name} still has entries of {', '.join(ledger.promises)}"
