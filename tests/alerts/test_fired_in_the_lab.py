"""Each alert fires for a fault that is made in the lab, by a real Prometheus that scrapes the lab's own processes.

In order: a fault is seldom taken back before the next one. Which alerts no lab can make stand in NOT_MADE, with why;
what their rules do is played by promtool (test_alerts.py).
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from tests.alerts.prometheus import Prometheus, prometheus
from tests.e2e import lost_hub
from tests.e2e.acts import POOL, SITE, after, becomes
from tests.e2e.conftest import counted
from tests.e2e.processes import Own, Start, instead_of
from tests.house.test_alerts import QUERIES, RULES

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import reservation, tenant
from holdfast_lab.story.reading import units_of
from holdfast_lab.testing import running_lab

NOT_MADE = {
    "HoldfastNoTurns": "a leader whose loop hangs while its other threads live",
    "HoldfastTurnsSlow": "a fleet so large that a turn takes ten seconds",
    "HoldfastLedgerNearlyFull": "a pool with nine hundred promises",
    "HoldfastClockUntrusted": "an API server whose Date jumps; all of a lab's processes share one clock",
    "HoldfastWatchSilent": "an API server that is silent of one kind for four minutes and keeps its leases",
}
HELD, LEFT, LATER = "mistral/held", "mistral/left", "anthropic/later"
NEVER_EMPTY = 12
"""So many of the board's queries, at least, find something in a lab where nothing has gone wrong."""


@dataclass(slots=True)
class Scene:
    """The lab, the Prometheus beside it, and the operator and agent that it scrapes."""

    context: Context
    prometheus: Prometheus
    operator: Own
    agent: Own
    start_operator: Start
    start_agent: Start

    def scrape(self) -> None:
        """Whoever runs now."""
        ports = {"operator": _port(self.operator), "agent": _port(self.agent)}
        self.prometheus.scrape(ports)

    def fires(self, alert: str, seconds: float = 90) -> None:
        """Wait until an alert fires."""
        said = f"{alert}; firing: {sorted(self.prometheus.firing())}"
        self.context.until(lambda: "yes" if alert in self.prometheus.firing() else "", seconds, said)

    def quiet(self, alert: str, seconds: float = 60) -> None:
        """Wait until it does not."""
        self.context.until(lambda: "" if alert in self.prometheus.firing() else "yes", seconds, f"no {alert}")


def _port(own: Own) -> int:
    return int(own.said("started")[0]["metrics_port"])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One datacenter of six cubes, two tenants, and nothing wrong."""
    with (
        running_lab(tmp_path_factory.mktemp("lab"), [SITE], OPERATOR_AND_AGENTS) as lab,
        prometheus(tmp_path_factory.mktemp("prometheus")) as server,
    ):
        context = Context(lab)
        context.must("lab", "pulumi", "up", SITE, "--yes")
        for name in ("mistral", "anthropic"):
            context.engineer().apply(*tenant(name, {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 60, "six healthy units")
        with instead_of(context, "operator") as operator, instead_of(context, f"agent-{SITE}") as agent:
            scene = Scene(context, server, operator(), agent(), operator, agent)
            scene.scrape()
            yield scene


def test_every_alert_is_made_or_said_not_to_be() -> None:
    made = {name for name in globals() if name.startswith("test_holdfast")}
    text = " ".join(sorted(made)).replace("_", "")
    missing = {rule["alert"] for rule in RULES if rule["alert"].lower() not in text}
    assert missing == set(NOT_MADE)


def test_nothing_fires_while_nothing_is_wrong(scene: Scene) -> None:
    scene.context.until(
        lambda: "yes" if scene.prometheus.query("holdfast_leading == 1") else "", 60, "a leader"
    )
    scene.quiet("HoldfastNobodyLeads")
    scene.context.person("mistral").apply(reservation(LEFT, "tpu7x", 1, {"end": after(3600)}, "4x4x4"))
    becomes(scene.context, LEFT, "Active")
    scene.context.until(lambda: "" if scene.prometheus.firing() else "yes", 60, "that nothing fires")


@pytest.mark.parametrize(
    ("title", "query"), QUERIES, ids=[f"{n} {title}" for n, (title, _) in enumerate(QUERIES)]
)
def test_a_panel_of_the_board_is_answered(scene: Scene, title: str, query: str) -> None:
    scene.prometheus.query(query)


def test_most_panels_have_something_to_show(scene: Scene) -> None:
    shown = [title for title, query in QUERIES if scene.prometheus.query(query)]
    assert len(shown) >= NEVER_EMPTY, shown


def test_holdfast_hub_rests(scene: Scene) -> None:
    scene.context.engineer().run(
        "annotate", "acceleratorpool", POOL, "holdfast.dev/restored=2026-11-26T09:00:00Z by hand"
    )
    scene.fires("HoldfastHubRests")
    done = lost_hub.holdfast(scene.context, "resume", "--yes", "--settle=1")
    assert done.returncode == 0, done.stderr
    scene.quiet("HoldfastHubRests")


def test_holdfast_agent_holds_back(scene: Scene) -> None:
    scene.context.engineer(SITE).run("create", "namespace", "taken")
    scene.context.engineer().apply(*tenant("taken", {"tpu7x": 64}))
    scene.fires("HoldfastAgentHoldsBack")


def test_holdfast_writes_refused(scene: Scene) -> None:
    admin = lost_hub.administrator(scene.context)
    admin.apply(*_refusing("capacityreservations/status"))
    scene.context.person("anthropic").apply(
        reservation(LATER, "tpu7x", 1, {"start": after(3600), "end": after(7200)}, "4x4x4")
    )
    scene.fires("HoldfastWritesRefused")
    for kind in ("validatingadmissionpolicybinding", "validatingadmissionpolicy"):
        admin.run("delete", kind, "refusing")
    becomes(scene.context, LATER, "Scheduled", 60)


def test_holdfast_unreadable(scene: Scene) -> None:
    admin = lost_hub.administrator(scene.context)
    field = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/tier"
    added = json.dumps([{"op": "add", "path": field, "value": {"type": "string"}}])
    admin.run("patch", "crd", "tenants.holdfast.dev", "--type=json", "-p", added)
    head = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "Tenant", "metadata": {"name": "odd"}}
    odd = {**head, "spec": {"group": "odd", "tier": "gold"}}
    scene.context.until(
        lambda: "yes" if _applied(scene, odd) else "", 30, "a field this version does not know"
    )
    scene.operator.process.kill()  # a watch from before the definition changed shows objects without the field
    scene.operator = scene.start_operator()
    scene.scrape()
    scene.fires("HoldfastUnreadable")


def test_holdfast_deletions_frozen(scene: Scene) -> None:
    admin = lost_hub.administrator(scene.context)
    rules = admin.get("clusterrole", "holdfast-planner")["rules"]
    fewer = [one for one in rules if "apiextensions.k8s.io" not in one["apiGroups"]]
    admin.run("patch", "clusterrole", "holdfast-planner", "--type=merge", "-p", json.dumps({"rules": fewer}))
    scene.context.person("anthropic").run("delete", "cares", "later", "-n", "anthropic")
    scene.fires("HoldfastDeletionsFrozen")
    admin.run("patch", "clusterrole", "holdfast-planner", "--type=merge", "-p", json.dumps({"rules": rules}))
    scene.quiet("HoldfastDeletionsFrozen", 120)


def test_holdfast_units_broken_and_holdfast_deficit_ahead(scene: Scene) -> None:
    soon = {"start": after(75), "end": after(7200)}
    scene.context.person("mistral").apply(reservation(HELD, "tpu7x", 4, soon, "4x4x4"))
    becomes(scene.context, HELD, "Scheduled")
    for unit in _free(scene)[:2]:
        _fail(scene, unit)
    scene.fires("HoldfastUnitsBroken")
    scene.fires("HoldfastDeficitAhead")


def test_holdfast_deficit(scene: Scene) -> None:
    scene.fires("HoldfastDeficit", 180)


def test_holdfast_held_units_broken_and_holdfast_repairs_frozen(scene: Scene) -> None:
    uid = scene.context.engineer().get("cares", "held", "-n", "mistral")["metadata"]["uid"]
    held = sorted(units_of(scene.context.engineer(), uid))
    _fail(scene, held[0])
    scene.fires("HoldfastHeldUnitsBroken")
    scene.fires("HoldfastRepairsFrozen")


def test_holdfast_units_quarantined(scene: Scene) -> None:
    scene.context.person("mistral").run("delete", "cares", "held", "-n", "mistral")
    scene.fires("HoldfastUnitsQuarantined", 120)


def test_holdfast_frozen(scene: Scene) -> None:
    ahead = json.dumps({"status": {"asOf": 4_000_000_000}})
    admin = lost_hub.administrator(scene.context)
    admin.run("patch", "acceleratorpool", POOL, "--subresource=status", "--type=merge", "-p", ahead)
    scene.fires("HoldfastFrozen")


def test_holdfast_agent_turns_cut_short_and_holdfast_site_silent(scene: Scene) -> None:
    server = RecordFile(scene.context.lab.state).read().clusters[SITE].processes["kube-apiserver"].pid
    scene.agent.process.kill()
    scene.agent = scene.start_agent()
    scene.scrape()
    os.kill(server, signal.SIGSTOP)
    try:
        scene.fires("HoldfastSiteSilent", 120)
        scene.fires("HoldfastAgentTurnsCutShort", 400)
    finally:
        os.kill(server, signal.SIGCONT)


def test_holdfast_nobody_leads(scene: Scene) -> None:
    scene.operator.process.kill()
    scene.fires("HoldfastNobodyLeads")


def _applied(scene: Scene, document: Mapping[str, object]) -> bool:
    done = scene.context.engineer().attempt("apply", "--server-side", "-f", "-", stdin=json.dumps(document))
    return done.returncode == 0


def _refusing(resource: str) -> list[dict[str, object]]:
    """An admission policy of somebody's that refuses what is written of anthropic's reservations."""
    rule = {
        "apiGroups": ["holdfast.dev"], "apiVersions": ["*"], "operations": ["UPDATE"], "resources": [resource]
    }  # fmt: skip
    head = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "refusing"}}
    policy = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "object.metadata.namespace != 'anthropic'", "message": "not today"}],
    }
    binding = {"policyName": "refusing", "validationActions": ["Deny"]}
    return [
        {**head, "kind": "ValidatingAdmissionPolicy", "spec": policy},
        {**head, "kind": "ValidatingAdmissionPolicyBinding", "spec": binding},
    ]


def _free(scene: Scene) -> list[str]:
    pool = scene.context.engineer().get("acceleratorpool", POOL)
    return sorted(pool["spec"]["units"].keys() - pool["status"]["units"].keys())


def _fail(scene: Scene, unit: str) -> None:
    """One host of a unit fails."""
    nodes = scene.context.engineer(SITE).get("nodes", "-l", f"holdfast.dev/unit={unit}")["items"]
    scene.context.must("lab", "cloud", "fault", "host", nodes[0]["metadata"]["name"])
