"""Events of a tenant, on the Tenant for engineers and in its namespaces for its people; and of a datacenter."""

from __future__ import annotations

import contextlib
from typing import Literal

from holdfast.api.mender import Mender
from holdfast.cluster.events import EventRecorder, Occurrence
from holdfast.cluster.transport.errors import Gone, Refused
from holdfast.cluster.transport.kinds import DATACENTER, NAMESPACE, TENANT
from holdfast.cluster.transport.objects import Identity
from holdfast.planner.state.steps import Told
from holdfast.planner.status.held_deletions import TENANTS_WORDS
from holdfast.planner.status.sites_and_tenants import SiteStatusWrite, TenantStatusWrite


def tell_of_tenant(recorder: EventRecorder, about: Identity, said: TenantStatusWrite) -> None:
    """Write the events of a status that has been written."""
    times = {one.reason: one.last_transition_time for one in said.status.conditions}
    for told in said.events:
        transition = f"{said.tenant.generation}.{times[told.reason.value]}"
        urgency: Literal["Normal", "Warning"] = (
            "Warning" if told.reason.mender is Mender.PLATFORM else "Normal"
        )
        recorder.record(Occurrence(TENANT, about, told.reason.value, told.note, transition, urgency))
        _tell_its_people(recorder, said.namespaces, told, transition)


def tell_of_site(recorder: EventRecorder, about: Identity, said: SiteStatusWrite) -> None:
    """Write the events of a datacenter's status that has been written."""
    times = {one.reason: one.last_transition_time for one in said.status.conditions}
    for told in said.events:
        transition = f"{said.site.generation}.{times[told.reason.value]}"
        recorder.record(Occurrence(DATACENTER, about, told.reason.value, told.note, transition, "Warning"))


def _tell_its_people(
    recorder: EventRecorder, namespaces: tuple[str, ...], told: Told, transition: str
) -> None:
    """The same in the tenant's words, once in each namespace concerned; one that is going takes no events."""
    words = TENANTS_WORDS.get(told.reason)
    if words is None:
        return
    for name in namespaces:
        about = Identity(name, name, name, "")
        with contextlib.suppress(Gone, Refused):
            recorder.record(Occurrence(NAMESPACE, about, told.reason.value, words, transition))
