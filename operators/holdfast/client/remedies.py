"""What to do about an error, as a note on it; the message itself names the call and the server's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.cluster.transport.errors import ClusterError, Gone, Refused, Unavailable, Unknown

FORBIDDEN, UNPROVEN = 403, 401


@contextmanager
def with_remedy(namespace: str) -> Iterator[None]:
    """Let an error go on with a note that says what to do."""
    try:
        yield
    except ClusterError as error:
        if told := remedy(error, namespace):
            error.add_note(told)
        raise


def remedy(error: ClusterError, namespace: str) -> str:
    """What to do; empty where the server's own words say it."""
    if isinstance(error, Refused):
        return _refused(error.status, namespace)
    if isinstance(error, Gone):
        return f"Nothing of this name is in namespace {namespace}: it was given up, or never made there."
    if isinstance(error, Unknown):
        return "It may have been done, or not: do it again, the same name makes nothing twice."
    if isinstance(error, Unavailable):
        return (
            "Nothing was changed: ask again in a while; `holdfast doctor` says more to a platform engineer."
        )
    return ""


def _refused(status: int, namespace: str) -> str:
    if status == FORBIDDEN:
        return f"Is {namespace} your namespace? A platform engineer gives the rights (docs/tenants.md)."
    if status == UNPROVEN:
        return "The hub does not know this identity: renew the credential in the kubeconfig."
    return "Correct the field that is named; nothing was stored."
