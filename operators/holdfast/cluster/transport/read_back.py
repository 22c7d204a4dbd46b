"""After a write without an answer: what a fresh read says about it.

Each returns the settled answer, or Again.SEND where nothing has happened yet, or raises Stale where something
else has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from holdfast.cluster.transport.errors import AlreadyExists, Gone, Stale
from holdfast.cluster.transport.objects import Identity, View
from holdfast.cluster.transport.retries import Again

T = TypeVar("T")

_SERVER_KEEPS = ("resourceVersion", "generation", "managedFields", "creationTimestamp", "selfLink")


def settle_create(read: Callable[[], T], name: str) -> Again:
    """A create is never taken for done: whoever finds the name taken compares the owner's uid."""
    try:
        read()
    except Gone:
        return Again.SEND
    raise AlreadyExists(f"{name}: exists after a create without an answer; compare its owner before using it")


def settle_replace(view: View[T], read: Callable[[], T], wanted: T, subresource: str) -> T | Again:
    """A PUT is done if the object now says what was wanted; a version still the same means not yet."""
    found, decided_on = read(), view.identify(wanted)
    seen = view.identify(found)
    if decided_on.uid and seen.uid != decided_on.uid:
        raise Stale(f"{view.kind.kind} {seen.name}: was replaced by a new object, uid {seen.uid}")
    if seen.resource_version == decided_on.resource_version:
        return Again.SEND
    if _content(view.encode(found), subresource) == _content(view.encode(wanted), subresource):
        return found
    raise Stale(f"{view.kind.kind} {seen.name}: moved to version {seen.resource_version} meanwhile")


def _content(encoded: bytes, subresource: str) -> Any:
    """The part of an object that a PUT to this subresource decides."""
    whole = msgspec.json.decode(encoded)
    if subresource:
        return whole.get(subresource)
    kept = {key: value for key, value in whole["metadata"].items() if key not in _SERVER_KEEPS}
    return {**whole, "metadata": kept, "status": None}


def settle_patch(view: View[T], read: Callable[[], T], decided_on: Identity) -> Again:
    """A guarded patch is sent again while its version stands; what it did is not guessed from the result."""
    _unmoved(view.identify(read()), decided_on)
    return Again.SEND


def settle_delete(view: View[T], read: Callable[[], T], decided_on: Identity) -> Again | None:
    """A delete is done when the object is gone or is another; one that waits for its finalizers has moved."""
    try:
        seen = view.identify(read())
    except Gone:
        return None
    if seen.uid != decided_on.uid:
        return None
    _unmoved(seen, decided_on)
    return Again.SEND


def _unmoved(seen: Identity, decided_on: Identity) -> None:
    if (seen.uid, seen.resource_version) != (decided_on.uid, decided_on.resource_version):
        raise Stale(f"{seen.name}: moved to version {seen.resource_version} meanwhile")
