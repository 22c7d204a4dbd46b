"""I6: the tenant of an entry or promise is the label of its reservation's namespace, never anything else.

A namespace that is gone can no longer be asked; its promises are on their way out.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.names import TENANT_LABEL

_MEANING = "capacity is counted against, and opened to, another tenant than the one who asked"


def entries_belong(picture: Picture) -> Iterator[Finding]:
    """Each entry's tenant is the tenant of its reservation's namespace."""
    for pool, _, entry in picture.entries():
        wrong = _fault(picture, entry.reservation.partition("/")[0], entry.tenant)
        if wrong:
            yield Finding("I6", f"entry {pool}/{entry.reservation}", wrong, _MEANING)


def promises_belong(picture: Picture) -> Iterator[Finding]:
    """Each promise's tenant is the tenant of its namespace; a record of one that was released is history."""
    for promise in picture.promises.values():
        spec = promise.spec
        wrong = _fault(picture, spec.namespace, spec.tenant) if spec.state != "Released" else ""
        if wrong:
            yield Finding("I6", f"promise {spec.namespace}/{spec.reservation}", wrong, _MEANING)


def entries_name_their_promise(picture: Picture) -> Iterator[Finding]:
    """An entry and the promise object under the same uid speak of the same reservation and tenant."""
    for pool, uid, entry in picture.entries():
        promise = picture.promises.get(uid)
        if promise is None:
            continue
        told = f"{promise.spec.namespace}/{promise.spec.reservation}", promise.spec.tenant
        if told != (entry.reservation, entry.tenant):
            yield Finding(
                "I6",
                f"entry {pool}/{entry.reservation}",
                f"of tenant {entry.tenant}; the promise object says {told[0]} of tenant {told[1]}",
                _MEANING,
            )


def _fault(picture: Picture, namespace: str, tenant: str) -> str:
    labels = picture.namespaces.get(namespace)
    if labels is None or labels.get(TENANT_LABEL) == tenant:
        return ""
    owner = labels.get(TENANT_LABEL)
    return f"is of tenant {tenant}; namespace {namespace} " + (f"is {owner}'s" if owner else "has no tenant")
