"""Is what this version installs there, as it was installed: the server's version, definitions, guards and policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.doctor.expected import Document, Documents, Installation, altered
from holdfast.doctor.finding import Ailment, error, warning
from holdfast.doctor.reading import HubReading

OLDEST = (1, 34)
"""Kubernetes minor from which the guards' expressions and Kubernetes' ordered versions are served (README.md)."""
DECOMMISSION = "holdfast.dev/decommission"
APPLY_DEFINITIONS = "kubectl apply --server-side -k manifests/definitions, of the version that runs"
APPLY_HUB = "kubectl apply --server-side -k manifests/hub, of the version that runs"


def server_version(seen: HubReading, _: Installation) -> Iterator[Ailment]:
    """Is the API server new enough."""
    major, minor = (re.sub(r"\D.*", "", str(seen.version.get(key, ""))) for key in ("major", "minor"))
    if not major or not minor:
        yield warning("versions", "API server", "does not tell its version", "look at /version by hand")
    elif (int(major), int(minor)) < OLDEST:
        wrong = f"is Kubernetes {major}.{minor}; {OLDEST[0]}.{OLDEST[1]} is the oldest that serves what the guards need"
        yield error("versions", "API server", wrong, "upgrade the hub's cluster")


def definitions(seen: HubReading, wanted: Installation) -> Iterator[Ailment]:
    """Is every kind defined as this version defines it, and none going."""
    found = seen.of("customresourcedefinitions")
    if "customresourcedefinitions" in seen.unread:
        return
    for name, meant in wanted.definitions.items():
        yield from _definition(name, meant, found.get(name))


def _definition(name: str, meant: Document, found: Document | None) -> Iterator[Ailment]:
    if found is None:
        yield error(
            "definitions", name, "is missing: nothing of this kind can be stored or read", APPLY_DEFINITIONS
        )
        return
    if found["metadata"].get("deletionTimestamp"):
        yield error(
            "definitions", name, "is being deleted, and every object of its kind with it",
            "stop whoever deletes it; docs/frozen-deletions.md says what is kept meanwhile",
        )  # fmt: skip
    if not _is(found, "Established"):
        yield error("definitions", name, "is not served yet, or was refused", f"kubectl describe crd {name}")
    if where := altered(meant["spec"], found["spec"]):
        yield error("definitions", name, f"is not this version's: {where} differs", APPLY_DEFINITIONS)
    if DECOMMISSION in found["metadata"].get("annotations", {}):
        wrong = "may be deleted with all it keeps: its decommissioning was begun"
        yield warning(
            "definitions", name, wrong, f"kubectl annotate crd {name} {DECOMMISSION}-, unless you mean it"
        )


def _is(found: Document, condition: str) -> bool:
    said = found.get("status", {}).get("conditions") or ()
    return any(one.get("type") == condition and one.get("status") == "True" for one in said)


def guards(seen: HubReading, wanted: Installation) -> Iterator[Ailment]:
    """Is every guard and policy there, bound, unaltered and lasting."""
    for listed, meant in (
        ("validatingadmissionpolicies", wanted.policies),
        ("validatingadmissionpolicybindings", wanted.bindings),
    ):
        if listed not in seen.unread:
            yield from _guards(listed.removeprefix("validatingadmission"), seen.of(listed), meant)


def _guards(what: str, found: Documents, wanted: Documents) -> Iterator[Ailment]:
    for name, meant in wanted.items():
        lasting = bool(meant["metadata"].get("finalizers"))
        apply = APPLY_DEFINITIONS if lasting else APPLY_HUB
        there = found.get(name)
        if there is None:
            yield error("guards", f"{what}/{name}", "is missing: what it refuses is refused no more", apply)
        elif where := altered(meant["spec"], there["spec"]):
            yield error("guards", f"{what}/{name}", f"was altered: {where} differs", apply)
        elif there["metadata"].get("deletionTimestamp"):
            wrong = "was deleted; its finalizer keeps it in force, and nothing brings it back when that goes"
            yield warning(
                "guards",
                f"{what}/{name}",
                wrong,
                "docs/decommissioning.md, guards that were deleted by mistake",
            )
        elif lasting and not there["metadata"].get("finalizers"):
            yield error(
                "guards", f"{what}/{name}", "has lost its finalizer: a deletion takes it at once", apply
            )
