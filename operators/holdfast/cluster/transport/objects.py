"""How objects of a kind are read and written: a View gives them meaning, an Identity says which one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from holdfast.cluster.transport.kinds import ServedKind
from holdfast.frozen.records import Records

T = TypeVar("T")
ObjectT = TypeVar("ObjectT", bound="HasMetadata")


class Key(NamedTuple):
    """Name of an object within its kind; `namespace` is empty for cluster-scoped kinds."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Which object, and which version of it, a step was decided on."""

    namespace: str
    name: str
    uid: str
    resource_version: str

    @property
    def key(self) -> Key:
        """The name under which stores keep it."""
        return Key(self.namespace, self.name)

    @property
    def revision(self) -> int:
        """The resourceVersion as a number; versions of one kind are ordered (KEP-5504)."""
        return int(self.resource_version)


class _Metadata(Protocol):
    @property
    def namespace(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def uid(self) -> str | None: ...
    @property
    def resource_version(self) -> str | None: ...


class HasMetadata(Protocol):
    """Any decoded object whose metadata is spelled in snake case: our models and the foreign projections."""

    @property
    def metadata(self) -> _Metadata:
        """Its name, namespace, uid and version."""


def identify(seen: HasMetadata) -> Identity:
    """Identity of an object as it was read."""
    meta = seen.metadata
    return Identity(meta.namespace or "", meta.name or "", meta.uid or "", meta.resource_version or "")


def by_key(objects: Iterable[ObjectT]) -> Records[Key, ObjectT]:
    """Objects of one kind by namespace and name."""
    return Records.of({identify(one).key: one for one in objects})


@dataclass(frozen=True, slots=True)
class View(Generic[T]):
    """One kind in the form T. `decode` may raise anything; the door turns it into Undecodable.

    `complete` says that T shows the whole object. A projection is never PUT: that would erase everything it
    does not show; it is patched instead.
    """

    kind: ServedKind
    decode: Callable[[bytes], T]
    encode: Callable[[T], bytes]
    identify: Callable[[T], Identity]
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """An object that exists and cannot be read; only its identity is known."""

    identity: Identity
    why: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. All pages of one list show the same instant, `revision`."""

    objects: tuple[T, ...]
    broken: tuple[Broken, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Selector:
    """Which objects of a kind: a namespace (empty = all) and selectors in Kubernetes' own notation."""

    namespace: str = ""
    labels: str = ""
    fields: str = ""

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The selectors as query parameters."""
        pairs = (("labelSelector", self.labels), ("fieldSelector", self.fields))
        return tuple(pair for pair in pairs if pair[1])


EVERYTHING = Selector()
