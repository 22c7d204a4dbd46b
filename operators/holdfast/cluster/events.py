"""Words to people: a Kubernetes Event, written once for each transition because its name is made of the transition.

An Event is told and forgotten; nothing is ever read back from one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import msgspec

from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import Metadata, view_of
from holdfast.cluster.leases.lease import microtime
from holdfast.cluster.transport.errors import AlreadyExists
from holdfast.cluster.transport.kinds import EVENT, ServedKind
from holdfast.cluster.transport.objects import Identity

_LONGEST_NOTE = 1024
_LONGEST_STEM = 200
_CLUSTER_SCOPE = "default"
"""Where Kubernetes keeps the events of objects that have no namespace."""


class Regarding(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The object an event is about."""

    api_version: str
    kind: str
    name: str
    uid: str
    namespace: str = ""


class Event(msgspec.Struct, frozen=True, rename="camel"):
    """One event of events.k8s.io/v1, whole as we write it."""

    metadata: Metadata
    event_time: str
    reporting_controller: str
    reporting_instance: str
    action: str
    reason: str
    regarding: Regarding
    note: str
    type: str


EVENTS = view_of(EVENT, Event, complete=True)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What has happened to an object. `transition` names this one change: a generation, a transition time."""

    kind: ServedKind
    about: Identity
    reason: str
    note: str
    transition: str
    type: Literal["Normal", "Warning"] = "Normal"

    @property
    def name(self) -> str:
        """The same for the same change, so that two replicas, or one twice, write one event."""
        told = "\n".join((self.about.uid, self.reason, self.transition))
        stem = self.about.name[:_LONGEST_STEM].rstrip("-.")
        return f"{stem}.{hashlib.sha256(told.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class EventRecorder:
    """Who tells: `controller` is a qualified name such as holdfast.dev/planner, `instance` the replica's."""

    api: Api
    controller: str
    instance: str

    def record(self, occurrence: Occurrence) -> bool:
        """Write the event; False if this change has been told already."""
        try:
            self.api.create(EVENTS, self._event(occurrence))
        except AlreadyExists:
            return False
        return True

    def _event(self, told: Occurrence) -> Event:
        about = told.about
        return Event(
            metadata=Metadata(name=told.name, namespace=about.namespace or _CLUSTER_SCOPE),
            event_time=microtime(self.api.clock.now()),
            reporting_controller=self.controller,
            reporting_instance=self.instance,
            action=told.reason,
            reason=told.reason,
            regarding=Regarding(
                told.kind.api_version, told.kind.kind, about.name, about.uid, about.namespace
            ),
            note=told.note[:_LONGEST_NOTE],
            type=told.type,
        )
