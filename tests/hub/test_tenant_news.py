"""Events of a tenant: the cause for platform engineers, and for its own people what happens to what is theirs."""

from __future__ import annotations

from tests.builders import NOW, tenant
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.api.conditions import Condition
from holdfast.api.reasons import Reason
from holdfast.api.tenant import TenantStatus
from holdfast.cluster.core_objects import NODES
from holdfast.cluster.events import EventRecorder
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.objects import Identity
from holdfast.hub.tenant_news import tell_of_tenant
from holdfast.planner.state.steps import Told
from holdfast.planner.status.held_deletions import TENANTS_WORDS
from holdfast.planner.status.sites_and_tenants import TenantStatusWrite

CAUSE = "most tenants lost most of theirs at once"
FROZEN = Reason.DELETIONS_FROZEN


def told(*namespaces: str, closed: str = "") -> dict[str, str]:
    """What is read in each namespace; `default` holds the events of the Tenant. One namespace may take none."""
    time = SimulatedTime()
    server = ApiServer(time.epoch)
    server.rules.append(
        lambda _kind, _old, new: "going" if new and new["metadata"].get("namespace") == closed else None
    )
    server.add(NODES.kind, {"metadata": {"name": "any"}})
    api = simulated_api(server, time)
    api.get(NODES, "any")  # so that the clock has heard the server
    condition = Condition(
        type="Stalled", status="True", reason=FROZEN.value, message=CAUSE, last_transition_time=NOW,
        observed_generation=1,
    )  # fmt: skip
    status = TenantStatus(observed_generation=1, conditions=(condition,))
    said = TenantStatusWrite(tenant(), status, (Told(FROZEN, CAUSE),), namespaces)
    tell_of_tenant(
        EventRecorder(api, "holdfast.dev/planner", "test"), Identity("", "mistral-ai", "u", "1"), said
    )
    events = server.storage.within(kinds.EVENT.group, kinds.EVENT.plural, "")
    return {one["metadata"]["namespace"]: one["note"] for one in events}


def test_the_cause_is_told_of_the_tenant_and_not_to_its_people() -> None:
    assert told("research", "evals") == {
        "default": CAUSE,
        "research": TENANTS_WORDS[FROZEN],
        "evals": TENANTS_WORDS[FROZEN],
    }


def test_a_namespace_that_takes_no_events_keeps_nothing_from_the_others() -> None:
    assert told("research", "evals", closed="research").keys() == {"default", "evals"}
