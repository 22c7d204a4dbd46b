"""I2: who is told to run has the units, and a node lets nobody in whom the ledger does not name.

    reservation Bound ─▶ promise Committed ─▶ grant n Active ─▶ report openGrant n ─▶ every node: label, taint, n

A node is closed while its standing taint says none; without that taint it is open to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.promise import CapacityPromise
from holdfast.api.reasons import RUNNING
from holdfast.api.reservation_status import ReservationStatus
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import (
    GRANT_ANNOTATION,
    NO_RESERVATION,
    POOL_LABEL,
    RESERVATION_LABEL,
    RESERVATION_NAMESPACE_PREFIX,
    RESERVATION_TAINT,
    UNIT_LABEL,
    datacenter_of,
)


def says_bound(status: ReservationStatus | None) -> bool:
    """Whether a status tells its tenant that its units are open."""
    conditions = status.conditions if status is not None else ()
    return any(
        each.status == "True" and (each.type == "Bound" or (each.type == "Ready" and each.reason in RUNNING))
        for each in conditions
    )


def bound_as_told(picture: Picture) -> Iterator[Finding]:
    """A reservation that says Bound has a Committed promise, and all its units Active and reported open."""
    for uid, reservation in picture.reservations.items():
        if not says_bound(reservation.status):
            continue
        promise = picture.promises.get(uid)
        if promise is None or promise.spec.state != "Committed":
            state = "absent" if promise is None else promise.spec.state
            yield Finding(
                "I2",
                f"reservation {reservation.path}",
                f"says Bound, but its promise object is {state}",
                "its tenant is told to run on what is not promised",
            )
        else:
            yield from _units_missing(picture, promise)


def _units_missing(picture: Picture, promise: CapacityPromise) -> Iterator[Finding]:
    spec = promise.spec
    for pool in spec.pools:
        count = _due(picture, pool, promise)
        active, opened = _in_hand(picture, pool, promise.metadata.name)
        if opened < count:
            yield Finding(
                "I2",
                f"reservation {spec.namespace}/{spec.reservation}",
                f"says Bound, but of {count} units of {pool} {active} are Active and {opened} of them open",
                "its tenant is told to run on units it cannot reach",
            )


STEP_SECONDS = 60
"""So long the units of a step that has begun may be on their way, whatever the clocks of planner and auditor say."""


def _due(picture: Picture, pool: str, promise: CapacityPromise) -> int:
    """The units that a promise is due in a pool: of several intervals the least that was due since a step ago."""
    entry = picture.ledger(pool).promises.get(promise.metadata.name)
    if entry is None or entry.parts is None:
        return promise.spec.pools[pool]
    since, now = picture.now - STEP_SECONDS, picture.now
    downs = (part.until for part in entry.parts if since < part.until <= now)
    return min(
        sum(part.count for part in entry.parts if part.from_ <= at < part.until)
        for at in (since, now, *downs)
    )


def _in_hand(picture: Picture, pool: str, uid: str) -> tuple[int, int]:
    """A reservation's Active units in a pool, and how many of them the agent reports open under their grant."""
    active = opened = 0
    for unit, grant in picture.ledger(pool).units.items():
        if grant.promise == uid and grant.state == "Active":
            seen = picture.seen(pool, unit)
            active += 1
            opened += seen is not None and seen.open_grant == grant.grant
    return active, opened


def nodes_carry_their_grant(picture: Picture) -> Iterator[Finding]:
    """Every node of a unit that is Active and reported open has label, taint and number of that very grant."""
    for datacenter, node in picture.nodes():
        labels = node.metadata.labels
        pool, unit = labels.get(POOL_LABEL, ""), labels.get(UNIT_LABEL, "")
        grant, seen = picture.ledger(pool).units.get(unit), picture.seen(pool, unit)
        if grant is None or seen is None or grant.state != "Active" or seen.open_grant != grant.grant:
            continue
        carried = (
            labels.get(RESERVATION_LABEL),
            standing(node),
            node.metadata.annotations.get(GRANT_ANNOTATION),
        )
        if carried != (grant.promise, {grant.promise}, str(grant.grant)):
            yield Finding(
                "I2",
                f"node {datacenter}/{node.metadata.name}",
                f"{_worn(node)}; grant {grant.grant} of {pool}/{unit} to {grant.promise} is reported open",
                "the agent reports a unit open that is not open on every node",
            )


def nodes_open_to_named_only(picture: Picture) -> Iterator[Finding]:
    """No node is open to anybody but the reservation that the ledger names for it, under that number."""
    for datacenter, node in picture.nodes():
        subject = f"node {datacenter}/{node.metadata.name}"
        if POOL_LABEL in node.metadata.labels and not standing(node):
            yield Finding(
                "I2",
                subject,
                f"carries no taint {RESERVATION_TAINT}",
                "pods of any tenant may run on this node",
            )
        strangers = [uid for uid in opened_to(node) if not _named(picture, datacenter, node, uid)]
        if strangers:
            yield Finding(
                "I2",
                subject,
                f"{_worn(node)}: the ledger names no such grant for {', '.join(sorted(strangers))}",
                "a tenant may run on a node that was not granted to it",
            )


def standing(node: Node) -> set[str]:
    """The values of the standing taint; empty where the node has none."""
    return {taint.value for taint in node.spec.taints if taint.key == RESERVATION_TAINT and taint.evicts}


def opened_to(node: Node) -> set[str]:
    """The reservations that this node is open to, by its label or its taint."""
    return (standing(node) | {node.metadata.labels.get(RESERVATION_LABEL, NO_RESERVATION)}) - {NO_RESERVATION}


def _named(picture: Picture, datacenter: str, node: Node, uid: str) -> bool:
    """Whether the ledger's grant of this node's unit is the one written on it.

    A unit in quarantine has lost its promise but keeps its number, which names the former holder.
    """
    labels = node.metadata.labels
    pool = labels.get(POOL_LABEL, "")
    grant = picture.ledger(pool).units.get(labels.get(UNIT_LABEL, ""))
    if grant is None or datacenter_of(pool) != datacenter:
        return False
    written = node.metadata.annotations.get(GRANT_ANNOTATION)
    return grant.promise in (uid, None) and written == str(grant.grant)


def _worn(node: Node) -> str:
    label, number = (
        node.metadata.labels.get(RESERVATION_LABEL),
        node.metadata.annotations.get(GRANT_ANNOTATION),
    )
    taint = ", ".join(sorted(standing(node))) or "absent"
    return f"label {label or 'absent'}, taint {taint}, grant {number or 'absent'}"


def namespaces_admit_holders(picture: Picture) -> Iterator[Finding]:
    """A site namespace admits pods only for reservations its own tenant has in that datacenter."""
    for datacenter, site in picture.sites.items():
        holders = {
            (entry.tenant, uid) for pool, uid, entry in picture.entries() if datacenter_of(pool) == datacenter
        }
        for namespace in site.namespaces:
            for label in namespace.metadata.labels:
                prefix, uid = (
                    label[: len(RESERVATION_NAMESPACE_PREFIX)],
                    label[len(RESERVATION_NAMESPACE_PREFIX) :],
                )
                if prefix == RESERVATION_NAMESPACE_PREFIX and (namespace.metadata.name, uid) not in holders:
                    yield Finding(
                        "I2",
                        f"namespace {datacenter}/{namespace.metadata.name}",
                        f"admits pods for reservation {uid}, of which this tenant has nothing here",
                        "pods of a namespace may tolerate the taint of units that are not its tenant's",
                    )
