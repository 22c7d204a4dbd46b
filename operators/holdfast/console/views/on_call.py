"""What a person on call has to know: everything that waits for somebody, the worst first, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from holdfast.api.bounds import MAX_PROMISES, MAX_UNITS
from holdfast.api.ledger import MAX_OUTAGES
from holdfast.api.mender import Mender
from holdfast.api.reasons import Reason
from holdfast.console.views.calendar import rows
from holdfast.console.views.floor import floor
from holdfast.console.views.in_view import InView, ledger_of
from holdfast.console.views.reservation import units_in_words
from holdfast.hardware.instants import text_of

GUARDS = frozenset({
    "holdfast-agent-confinement", "holdfast-datacenter-kept", "holdfast-definitions", "holdfast-first-uid",
    "holdfast-nothing-stands",
    "holdfast-pool-in-use", "holdfast-pool-terminating", "holdfast-promise-kept", "holdfast-recall",
    "holdfast-reservation-window", "holdfast-restored",
    "holdfast-seal-kept", "holdfast-tenant-label", "holdfast-tenant-rolebindings", "holdfast-tenant-services",
    "holdfast-tenant-workloads",
})  # fmt: skip
"""The admission policies of a hub: without one of them the API server would let through what must never happen."""
RUNBOOKS = "docs/runbooks"
FULL = 0.8
"""A ledger this full is told: entries, units and outages have a bound each, and beyond it nothing is promised."""
HELD_DELETIONS = frozenset({
    Reason.DELETIONS_QUESTIONED, Reason.DELETIONS_FROZEN, Reason.DELETIONS_RELEASED, Reason.RELEASE_REFUSED,
})  # fmt: skip


class Urgency(StrEnum):
    """How soon somebody has to act."""

    NOW = "now"
    SOON = "soon"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that waits. `link` is a page of the console, `runbook` a file of docs; `since` epoch seconds."""

    weight: Urgency
    kind: str
    what: str
    why: str
    do: str
    link: str = ""
    runbook: str = ""
    since: int | None = None


def on_call(seen: InView) -> tuple[Matter, ...]:
    """All that waits, by weight, in the order of WATCHES."""
    order = list(Urgency)
    found = [matter for watch in WATCHES for matter in watch(seen)]
    return tuple(sorted(found, key=lambda matter: order.index(matter.weight)))


def _guards(seen: InView) -> Iterator[Matter]:
    for name in sorted(GUARDS - seen.guards) if seen.guards is not None else ():
        yield Matter(
            Urgency.NOW, "guard missing", name, "the API server lets through what this policy refuses",
            "kubectl apply --server-side -k manifests/definitions, then -k manifests/hub", runbook="docs/invariants.md",
        )  # fmt: skip


def _silent(seen: InView) -> Iterator[Matter]:
    for site in floor(seen):
        if not site.heard:
            yield Matter(
                Urgency.NOW, "silent site", site.name, f"its agent is not heard: what {site.units} units do is unknown",
                f"look at the agent: kubectl -n holdfast-system logs deploy/holdfast-agent in {site.name}",
                f"/floor#{site.name}", f"{RUNBOOKS}/HoldfastSiteSilent.md",
            )  # fmt: skip


def _unreadable(seen: InView) -> Iterator[Matter]:
    for name, why in sorted(seen.unreadable.items()):
        yield Matter(
            Urgency.NOW, "unreadable", name, why, "correct what the sentence names: until then nobody plans with it",
            runbook=f"{RUNBOOKS}/HoldfastUnreadable.md",
        )  # fmt: skip


def _deficits(seen: InView) -> Iterator[Matter]:
    for row in rows(seen):
        numbers, link = row.numbers, f"/?datacenter={row.datacenter}#{row.pool}"
        if numbers is not None and numbers.deficit:
            why = f"{units_in_words(numbers.deficit)} promised beyond what can be delivered now"
            yield Matter(
                Urgency.NOW, "deficit", row.pool, why, "repair units, or deliver spares", link,
                f"{RUNBOOKS}/HoldfastDeficit.md",
            )  # fmt: skip
        if numbers is not None and numbers.deficit_ahead and numbers.deficit_from is not None:
            why = f"{units_in_words(numbers.deficit_ahead)} short from {text_of(numbers.deficit_from)}"
            yield Matter(
                Urgency.SOON, "deficit ahead", row.pool, why, "repair or deliver before that", link,
                f"{RUNBOOKS}/HoldfastDeficitAhead.md",
            )  # fmt: skip


def _frozen_deletions(seen: InView) -> Iterator[Matter]:
    for name, tenant in sorted(seen.tenants.items()):
        for said in tenant.status.conditions if tenant.status is not None else ():
            if said.reason in HELD_DELETIONS:
                yield Matter(
                    Urgency.NOW, "deletions held back", name, f"{said.reason}: {said.message}",
                    _advice(said.reason), "", f"{RUNBOOKS}/HoldfastDeletionsFrozen.md",
                    said.last_transition_time,
                )  # fmt: skip


def _advice(word: str) -> str:
    """What to do about a condition's reason; of one that a newer operator says, where to read it."""
    reason = Reason.known(word)
    return (
        reason.advice
        if reason is not None
        else f"look {word} up in docs/reasons.md of the operator's version"
    )


def _waiting_for_us(seen: InView) -> Iterator[Matter]:
    """Reservations whose word only a platform engineer can end."""
    for one in seen.reserved():
        for said in one.status.conditions if one.status is not None else ():
            reason = Reason.known(said.reason)
            if said.type == "Ready" and reason is not None and reason.mender is Mender.PLATFORM:
                yield Matter(
                    Urgency.NOW if reason is Reason.FROZEN else Urgency.SOON, str(reason), one.path, said.message,
                    reason.advice, f"/reservations/{one.path}", "docs/reasons.md", said.last_transition_time,
                )  # fmt: skip


def _repairs(seen: InView) -> Iterator[Matter]:
    for site in floor(seen):
        for block in site.blocks:
            held = [cell for cell in block.ill if cell.holder]
            for cell in held:
                yield Matter(
                    Urgency.NOW, "repair waits", f"{block.pool} {cell.unit}",
                    f"{cell.health}, {cell.ready} of {cell.hosts} hosts ready, in the hands of {cell.holder}",
                    "deliver a spare or repair it: the planner replaces it once a free unit is there",
                    f"/floor/{block.pool}#{cell.unit}", f"{RUNBOOKS}/HoldfastHeldUnitsBroken.md", cell.since,
                )  # fmt: skip
            idle = len(block.ill) - len(held)
            if idle:
                yield Matter(
                    Urgency.WATCH, "ill and idle", block.pool, f"{units_in_words(idle)} not healthy, in nobody's hands",
                    "repair them: they are counted as free again only after that", f"/floor/{block.pool}",
                )  # fmt: skip


def _blocked(seen: InView) -> Iterator[Matter]:
    for name, report in sorted(seen.reports.items()):
        spec, link = report.spec, f"/floor/{name}"
        told = [*spec.blocked.items(), *spec.blocked_nodes.items(), *spec.blocked_tenants.items()]
        for what, blocked in sorted(told):
            yield Matter(
                Urgency.SOON, "agent holds back", f"{name} {what}", f"{blocked.reason}: {blocked.message}",
                "take the cause away; the agent goes on by itself", link, f"{RUNBOOKS}/HoldfastAgentHoldsBack.md",
            )  # fmt: skip
        if spec.nodes_without_unit:
            yield Matter(
                Urgency.WATCH, "nodes without unit", name,
                f"{spec.nodes_without_unit} nodes belong to no declared unit",
                "declare them, or take the marks off", link, "docs/stacks.md",
            )  # fmt: skip


def _maintenance(seen: InView) -> Iterator[Matter]:
    """Maintenance that is not accepted, because it would take units from promises or there is no room for it."""
    for name, window in sorted(seen.maintenance.items()):
        status = window.status
        for said in status.conditions if status is not None else ():
            if status is not None and said.type == "Accepted" and said.status != "True":
                touched = ", ".join(one.reservation for one in status.touched)
                words = said.message if Reason.known(said.reason) is None else touched
                next_start = (
                    f"; it would touch nobody from {text_of(status.next_starts[0])}"
                    if status.next_starts
                    else ""
                )
                yield Matter(
                    Urgency.SOON, "maintenance waits", f"{name} of {window.spec.pool}",
                    f"{said.reason}: {words or touched or said.message}{next_start}", _advice(said.reason),
                    f"/?datacenter={window.spec.pool.partition('.')[0]}#{window.spec.pool}", "docs/maintenance.md",
                    said.last_transition_time,
                )  # fmt: skip


def _unanswered(seen: InView) -> Iterator[Matter]:
    """Failed units that stay until their tenant agrees to a swap."""
    for one in seen.reserved():
        for repair in one.status.repairs if one.status is not None else ():
            if repair.state == "Failed":
                yield Matter(
                    Urgency.WATCH, "consent waits", f"{one.path} {repair.unit}",
                    "the unit has failed, and its tenant was asked whether it may be swapped",
                    "nothing, or ask the tenant: it is swapped when nobody answers", f"/reservations/{one.path}",
                    "docs/repair.md",
                )  # fmt: skip


def _full(seen: InView) -> Iterator[Matter]:
    for name, pool in sorted(seen.pools.items()):
        ledger = ledger_of(pool)
        counted = (
            ("entries", len(ledger.promises), MAX_PROMISES),
            ("listed units", len(ledger.units), MAX_UNITS),
            ("outages", len(ledger.outages or {}), MAX_OUTAGES),
        )
        for what, count, bound in counted:
            if count >= FULL * bound:
                yield Matter(
                    Urgency.SOON, "ledger near full", name, f"{count} of at most {bound} {what}",
                    "let windows end, or declare another pool: beyond the bound nothing is promised", "",
                    f"{RUNBOOKS}/HoldfastLedgerNearlyFull.md",
                )  # fmt: skip


WATCHES: tuple[Callable[[InView], Iterator[Matter]], ...] = (
    _guards,  # what must never happen could
    _silent,  # nobody knows what happens there
    _unreadable,  # nobody plans with it
    _frozen_deletions,  # a tenant's promises may be gone for good
    _deficits,  # tenants are short, or will be
    _repairs,  # a tenant's unit is ill
    _waiting_for_us,  # a tenant waits for an engineer
    _blocked,  # an agent waits for an engineer
    _maintenance,  # an engineer waits for a tenant
    _unanswered,  # a repair waits for a tenant
    _full,  # soon there is no room
)
