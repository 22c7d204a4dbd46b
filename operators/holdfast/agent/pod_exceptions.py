"""Which exceptions from restricted pod security a tenant's namespace shows, and the level Kubernetes holds it to. Pure.

The site's admission policies read the exceptions from the labels and refuse everything else one by one. Kubernetes'
own levels know no exceptions: where one opens what `restricted` or `baseline` forbids, the level steps back and the
policies stand alone (docs/tenants.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from holdfast.hardware.names import POD_EXCEPTION_PREFIX, POD_SECURITY_LABEL

_WITHIN_BASELINE = frozenset({"RootUser"})


def shown(labels: Mapping[str, str]) -> frozenset[str]:
    """The exceptions that a namespace's labels show."""
    names = (key.removeprefix(POD_EXCEPTION_PREFIX) for key in labels if key.startswith(POD_EXCEPTION_PREFIX))
    return frozenset(names)


def level(exceptions: Iterable[str]) -> str:
    """The strictest of Kubernetes' levels that leaves room for the exceptions."""
    granted = frozenset(exceptions)
    if not granted:
        return "restricted"
    return "baseline" if granted <= _WITHIN_BASELINE else "privileged"


def labels_for(granted: frozenset[str] | None, labels: Mapping[str, str]) -> dict[str, str | None]:
    """What a namespace's labels should say; None takes a label away. None granted: what is shown stays."""
    before = shown(labels)
    due = before if granted is None else granted
    wanted: dict[str, str | None] = {f"{POD_EXCEPTION_PREFIX}{name}": "" for name in sorted(due)}
    gone: dict[str, str | None] = {f"{POD_EXCEPTION_PREFIX}{name}": None for name in sorted(before - due)}
    return {POD_SECURITY_LABEL: level(due), **wanted, **gone}
