"""I2: what the agents leave as it is. An agent that holds back is safe, and somebody is not served until a person acts.

Time mends what is Unavailable, NamespacePending or NamespaceTerminating, mostly within the pause between two looks
(verdict.py); what both looks show is told, whatever its word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.api.report import Blocked
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.names import datacenter_of


def units_are_served(picture: Picture) -> Iterator[Finding]:
    """No unit is left other than its ledger says."""
    for pool, report in picture.reports.items():
        meaning = "the unit is not what its ledger says until the cause is gone"
        yield from _findings(f"unit {pool}/", report.spec.blocked, meaning)


def nodes_have_their_unit(picture: Picture) -> Iterator[Finding]:
    """No node without a unit is left open."""
    for pool, report in picture.reports.items():
        meaning = "a node outside every unit is in somebody's hands, and no ledger takes it back"
        yield from _findings(f"node {datacenter_of(pool)}/", report.spec.blocked_nodes, meaning)


def tenants_have_their_namespace(picture: Picture) -> Iterator[Finding]:
    """Every tenant finds namespace and role at every site; told once a site, however many pools it has."""
    told: dict[str, dict[str, Blocked]] = {}
    for pool, report in picture.reports.items():
        told.setdefault(datacenter_of(pool), {}).update(report.spec.blocked_tenants)
    for datacenter, blocked in told.items():
        meaning = "what the tenant is promised here cannot be used, or not by all of its people"
        yield from _findings(f"tenant {datacenter}/", blocked, meaning)


def _findings(beginning: str, blocked: Mapping[str, Blocked], meaning: str) -> Iterator[Finding]:
    for name, why in sorted(blocked.items()):
        yield Finding("I2", f"{beginning}{name}", f"{why.reason}: {why.message}", meaning)
