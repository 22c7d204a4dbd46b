"""Is what is kept sound: objects that can be read, ledgers with room, tenants and quotas, and nothing frozen."""

from __future__ import annotations

import json
from collections.abc import Iterator

from holdfast.api.bounds import MAX_PROMISES, MAX_UNITS
from holdfast.api.door import parse
from holdfast.api.kinds import KINDS
from holdfast.api.reasons import Reason
from holdfast.cluster.transport.errors import ClusterError, Refused
from holdfast.doctor.expected import Document, Installation
from holdfast.doctor.finding import Ailment, error, warning
from holdfast.doctor.reading import HubReading
from holdfast.hardware.names import RESTORED_ANNOTATION, TENANT_LABEL

NEARLY = 0.9
LARGEST_BYTES = 1_500_000
"""What etcd takes in one request by default (--max-request-bytes, 1.5 MiB); a ledger is one object."""
FROZEN = (Reason.DELETIONS_FROZEN.value, Reason.RELEASE_REFUSED.value)
QUOTA = "holdfast-tenant"


def rights(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Could everything be read."""
    for name, refused in seen.unread.items():
        yield _unread(name, refused)


def _unread(name: str, why: ClusterError) -> Ailment:
    if isinstance(why, Refused) and why.status in (401, 403):
        remedy = (
            "ask as a platform engineer, or as administrator; a hub whose rights are old needs manifests/hub"
        )
        return error("rights", name, "may not be read by this identity: nothing about it was checked", remedy)
    return error(
        "rights",
        name,
        f"could not be read: {why}",
        "where its kind is not served, see what is said of definitions",
    )


def readable(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Does every object of ours have the shape this version reads."""
    for kind in KINDS:
        for name, document in seen.of(kind.definition.plural).items():
            try:
                parse(kind, document)
            except ValueError as odd:
                wrong = f"cannot be read, and is left alone until it can: {odd}"
                yield error("objects", f"{kind.definition.plural}/{name}", wrong, "mend the fields it names")


def ledgers(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Has every ledger room, and can every pool deliver what it has promised."""
    for name, pool in seen.of("acceleratorpools").items():
        status = pool.get("status") or {}
        for what, most in (("promises", MAX_PROMISES), ("units", MAX_UNITS)):
            count = len(status.get(what) or {})
            if count >= NEARLY * most:
                wrong = (
                    f"its ledger has {count} of {most} {what}: at the limit nothing more is promised from it"
                )
                yield warning(
                    "ledgers",
                    name,
                    wrong,
                    "declare a second pool, or ask tenants to merge small reservations",
                )
        size = len(json.dumps(pool))
        if size >= NEARLY * LARGEST_BYTES:
            yield warning(
                "ledgers", name, f"takes {size} bytes of {LARGEST_BYTES} that are stored", "as above"
            )
        deficit = (status.get("capacity") or {}).get("deficit") or 0
        if deficit:
            wrong = f"has promised {deficit} units more than it can deliver now"
            yield error("ledgers", name, wrong, f"repair units: holdfast units --pool {name}")


def rest(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Does a hub that was restored go on resting."""
    pools = seen.of("acceleratorpools").values()
    named = [(one["metadata"].get("annotations") or {}).get(RESTORED_ANNOTATION) for one in pools]
    marks = [mark for mark in named if mark]
    if marks:
        wrong = (
            f"was restored from the backup of {min(marks)} and rests: nothing is promised, bound or released"
        )
        yield error("frozen", "hub", wrong, "holdfast resume compares it with its sites (docs/backup.md)")


def tenants(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Has every tenant's namespace a Tenant, and is nothing frozen."""
    known = seen.of("tenants")
    for space, document in seen.of("namespaces").items():
        owner = document["metadata"].get("labels", {}).get(TENANT_LABEL, "")
        if "tenants" not in seen.unread and owner not in known:
            wrong = f"is labelled as tenant {owner}'s, and there is no such Tenant: nothing is promised in it"
            yield error(
                "tenants", f"namespace {space}", wrong, f"apply Tenant {owner} (examples/a-new-tenant)"
            )
    for name, tenant in known.items():
        for said in (tenant.get("status") or {}).get("conditions") or ():
            if said.get("reason") in FROZEN:
                remedy = f"docs/frozen-deletions.md; holdfast release-freeze {name}"
                yield error("frozen", f"tenant {name}", str(said.get("message")), remedy)


def quotas(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Has every tenant's namespace a quota with room."""
    if "resourcequotas" in seen.unread:
        return
    for space in seen.of("namespaces"):
        quota = seen.of("resourcequotas").get(f"{space}/{QUOTA}")
        if quota is None:
            wrong = f"has no ResourceQuota {QUOTA}: one tenant may make as many objects as it likes"
            yield warning("quotas", f"namespace {space}", wrong, "apply one (docs/tenants.md)")
            continue
        yield from _full(space, quota)


def _full(space: str, quota: Document) -> Iterator[Ailment]:
    status = quota.get("status") or {}
    for what, most in (status.get("hard") or {}).items():
        used = str((status.get("used") or {}).get(what, "0"))
        counted = what.startswith("count/") and used.isdecimal() and str(most).isdecimal()
        if counted and int(most) and int(used) >= NEARLY * int(most):
            wrong = f"uses {used} of {most} {what.removeprefix('count/')}: then creations are refused"
            yield warning("quotas", f"namespace {space}", wrong, "raise it, or ask the tenant what may go")
