"""Bytes of the API server made into objects: one object, a page of a list, a line of a watch.

An object that cannot be read hurts nobody else: in a page or a watch it becomes a Broken beside the others.
Bytes that are not even an object (a proxy's page, half a line) raise Unsound: the whole reply means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import msgspec

from holdfast.cluster.transport.objects import Broken, Identity, Page, View
from holdfast.cluster.transport.status_errors import printable

T = TypeVar("T")

Verb = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]


class Unsound(Exception):
    """Bytes that are no Kubernetes object at all."""


class Unreadable(Exception):
    """An object that exists, in a shape we do not read."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(f"{broken.identity.name} cannot be read: {broken.why}")
        self.broken = broken


class _Metadata(msgspec.Struct, rename="camel"):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""


class _Bare(msgspec.Struct):
    metadata: _Metadata


class _ListMetadata(msgspec.Struct, rename={"resource_version": "resourceVersion", "token": "continue"}):
    resource_version: str
    token: str = ""


class _List(msgspec.Struct, rename={"elements": "items"}):
    metadata: _ListMetadata
    elements: list[msgspec.Raw] | None = None


class _Line(msgspec.Struct, rename={"verb": "type", "seen": "object"}):
    verb: Verb
    seen: msgspec.Raw


_bare = msgspec.json.Decoder(_Bare).decode
_list = msgspec.json.Decoder(_List).decode
_line = msgspec.json.Decoder(_Line).decode


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One line of a watch. `seen` is None for a bookmark, which only moves the position on."""

    verb: Verb
    identity: Identity
    seen: T | Broken | None = None

    @property
    def revision(self) -> int:
        """The position in the collection's history that this line brings."""
        return self.identity.revision


def object_of(view: View[T], body: bytes) -> T:
    """The object in these bytes; Unreadable if it has another shape, Unsound if it is no object."""
    try:
        seen = view.decode(body)
    except Exception as error:
        raise Unreadable(Broken(_identity(body), printable(str(error)))) from error
    _sound(view.identify(seen))
    return seen


def page_of(view: View[T], body: bytes) -> tuple[Page[T], str]:
    """One page of a list, and the token of the next; the token is empty on the last page."""
    try:
        page = _list(body)
        revision = int(page.metadata.resource_version)
    except ValueError as error:
        raise Unsound(f"no list: {error}") from error
    objects: list[T] = []
    broken: list[Broken] = []
    for raw in page.elements or ():
        try:
            objects.append(object_of(view, bytes(raw)))
        except Unreadable as unreadable:
            broken.append(unreadable.broken)
    return Page(tuple(objects), tuple(broken), revision), page.metadata.token


def change_of(view: View[T], line: bytes) -> Change[T] | bytes:
    """One line of a watch; of an ERROR line the Status it holds, still in bytes. Unsound for half a line."""
    try:
        parsed = _line(line)
    except msgspec.DecodeError as error:
        raise Unsound(f"no line of a watch: {error}") from error
    raw = bytes(parsed.seen)
    if parsed.verb == "ERROR":
        return raw
    if parsed.verb == "BOOKMARK":
        return Change("BOOKMARK", _identity(raw))
    try:
        seen = object_of(view, raw)
    except Unreadable as unreadable:
        return Change(parsed.verb, unreadable.broken.identity, unreadable.broken)
    return Change(parsed.verb, view.identify(seen), seen)


def _identity(body: bytes) -> Identity:
    try:
        meta = _bare(body).metadata
    except msgspec.DecodeError as error:
        raise Unsound(f"no object: {error}") from error
    return _sound(Identity(meta.namespace, meta.name, meta.uid, meta.resource_version))


def _sound(identity: Identity) -> Identity:
    """The identity, if it is one: everything an API server stores has a version, and versions are numbers."""
    if not identity.resource_version.isdecimal():
        raise Unsound(f"object {identity.name!r} of version {identity.resource_version!r}")
    return identity
