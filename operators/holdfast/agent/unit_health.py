"""How a unit is, from how its hosts are: whether enough of them work, and what the worst is. Pure.

    all hosts work                       Healthy; Degraded where its partition says so
    as many as are enough                Degraded: it is usable, and stays where it is
    fewer                                Unhealthy; Missing where so few nodes are there at all
    more nodes than hosts are declared   Unhealthy: one of them only claims to be a host

What is wrong is lasting if the hosts that are lost for good leave too few, not if one of them is lost for good: a
domain that has been without two hosts for weeks is as able to get over a blip as any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.agent.host_health import HostTrouble, partition_states, remediation, troubles_of
from holdfast.agent.observed import ObservedUnit
from holdfast.api.report import Health, Remediation, UnitTrouble
from holdfast.frozen.once import once

GONE = HostTrouble("Cloud", "NodeGone", True)
TOO_MANY = HostTrouble("Cloud", "MoreHostsThanDeclared", False)
SLOW = HostTrouble("Partition", "Degraded", False)


@once
def healthy_hosts(observed: ObservedUnit) -> int:
    """Hosts that are there and with which nothing is wrong."""
    return sum(not troubles_of(node) for node in observed.nodes)


@once
def health_of(observed: ObservedUnit) -> Health:
    """How a unit is."""
    healthy = healthy_hosts(observed)
    if len(observed.nodes) > observed.hosts:
        return "Unhealthy"
    if healthy < observed.enough:
        return "Missing" if len(observed.nodes) < observed.enough else "Unhealthy"
    return "Healthy" if healthy == observed.hosts and not _slow(observed) else "Degraded"


@once
def trouble_of(observed: ObservedUnit) -> UnitTrouble | None:
    """What is wrong with a unit; None where nothing is."""
    said = sorted(_said(observed), key=_weight)
    if not said:
        return None
    missing = max(observed.hosts - len(observed.nodes), 0)
    lost = missing + sum(any(one.lasting for one in troubles_of(node)) for node in observed.nodes)
    worst = said[0]
    return UnitTrouble(
        source=worst.source,
        reason=worst.reason,
        lasting=observed.hosts - lost < observed.enough,
    )


@once
def remediation_of(observed: ObservedUnit) -> Remediation | None:
    """Who else repairs one of its hosts, and takes longest."""
    found = [one for one in map(remediation, observed.nodes) if one is not None]
    return max(found, key=lambda one: (one.until, one.by), default=None)


def occupied(observed: ObservedUnit) -> bool | None:
    """Whether tenants' pods are on it; None while nobody has to know: pods come and go, and each report is a write."""
    return bool(observed.pods) if observed.retiring or trouble_of(observed) is not None else None


def _said(observed: ObservedUnit) -> Iterator[HostTrouble]:
    for node in observed.nodes:
        yield from troubles_of(node)
    if len(observed.nodes) < observed.hosts:
        yield GONE
    if len(observed.nodes) > observed.hosts:
        yield TOO_MANY
    if _slow(observed):
        yield SLOW


@once
def _slow(observed: ObservedUnit) -> bool:
    return any("DEGRADED" in partition_states(node) for node in observed.nodes)


def _weight(said: HostTrouble) -> tuple[bool, bool, str, str]:
    """What is a fact of the cluster goes before an observer's opinion, and what lasts before what may pass."""
    return said.source not in FACTS, not said.lasting, said.source, said.reason


FACTS = frozenset({"Kubelet", "Cloud", "Partition"})
"""Sources whose word is what the cluster itself does with a host."""
