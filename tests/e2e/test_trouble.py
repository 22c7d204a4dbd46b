"""Trouble on a real control plane: processes killed, a hub that is silent, tenants' mistakes. Nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from holdfast_lab.companions import COMPANIONS
from holdfast_lab.lab import up
from holdfast_lab.state import RecordFile
from holdfast_lab.story.cast import instant, reservation, tenant
from holdfast_lab.story.reading import reason, stands, units_of
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.stage import Stage

SITE = "lake-mariner"
pytestmark = [pytest.mark.lab, pytest.mark.e2e]


def ask(path: str, count: int = 1, topology: str = "4x4x4", kind: str = "tpu7x") -> dict[str, Any]:
    """A reservation from now on for an hour."""
    return reservation(path, kind, count, {"end": instant(time.time() + 3600)}, topology)  # noqa: TID251


def becomes(stage: Stage, path: str, wanted: str, seconds: float = 40) -> None:
    """Wait until a reservation's STATUS is this word."""
    stage.until(lambda: stands(stage.engineer(), path, wanted), seconds, f"{path} {wanted}")


def gone(stage: Stage, path: str) -> None:
    """Cancel a reservation and wait until no unit carries its uid any more."""
    namespace, _, name = path.partition("/")
    uid = read(stage.engineer(), path)["metadata"]["uid"]
    stage.engineer().run("delete", "cares", name, "-n", namespace)
    stage.until(lambda: _released(stage, uid), 90, f"{path} released")


def _released(stage: Stage, uid: str) -> str:
    state = stage.engineer().get("capacitypromise", uid)["spec"]["state"]
    return "yes" if state == "Released" and not units_of(stage.engineer(), uid) else ""


def kill(stage: Stage, *names: str) -> None:
    """End processes of the lab at once, as a crash would."""
    running = RecordFile(stage.lab.state).read().companions
    for name in names:
        os.killpg(running[name].pid, signal.SIGKILL)


def repaired(stage: Stage) -> None:
    """Start what has died."""
    up(stage.lab.state.root, [SITE], COMPANIONS)


def clean(stage: Stage) -> str:
    """The last line of an audit that found nothing; raises if it found something."""
    return stage.must("audit").strip().splitlines()[-1]


def test_a_reservation_survives_operator_and_agent_killed_in_the_middle_of_its_binding(stage: Stage) -> None:
    stage.person("mistral").apply(ask("mistral/killed", 2))
    kill(stage, "operator", f"agent-{SITE}")
    repaired(stage)
    becomes(stage, "mistral/killed", "Active")
    assert len(units_of(stage.engineer(), read(stage.engineer(), "mistral/killed")["metadata"]["uid"])) == 2
    assert clean(stage).startswith("clean")


def test_the_same_reservation_applied_twice_at_once_is_promised_once(stage: Stage) -> None:
    text, person = json.dumps(ask("anthropic/twice")), stage.person("anthropic")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: person.attempt("apply", "-f", "-", stdin=text), range(2)))
    assert 0 in [answer.returncode for answer in answers]
    becomes(stage, "anthropic/twice", "Active")
    uid = read(stage.engineer(), "anthropic/twice")["metadata"]["uid"]
    assert len(units_of(stage.engineer(), uid)) == 1
    gone(stage, "anthropic/twice")


def test_a_hub_that_is_silent_for_a_while_changes_nothing_and_is_heard_again(stage: Stage) -> None:
    before = units_of(stage.engineer(), read(stage.engineer(), "mistral/killed")["metadata"]["uid"])
    server = RecordFile(stage.lab.state).read().clusters["hub"].processes["kube-apiserver"].pid
    os.kill(server, signal.SIGSTOP)
    time.sleep(15)
    os.kill(server, signal.SIGCONT)
    becomes(stage, "mistral/killed", "Active", 60)
    stage.person("anthropic").apply(ask("anthropic/after"))
    becomes(stage, "anthropic/after", "Active", 60)
    assert units_of(stage.engineer(), read(stage.engineer(), "mistral/killed")["metadata"]["uid"]) == before
    assert clean(stage).startswith("clean")
    gone(stage, "anthropic/after")


def test_when_nothing_changes_nothing_is_written(stage: Stage) -> None:
    becomes(stage, "mistral/killed", "Active")
    before = versions(stage)
    time.sleep(12)
    assert versions(stage) == before


def versions(stage: Stage) -> dict[str, str]:
    """The version of everything Holdfast writes, on the hub and on the site's nodes; Leases are meant to change."""
    ours = "acceleratorpools,capacitypromises,capacityreservations,poolreports,tenants,datacenters"
    hub = stage.engineer().get(ours, "-A")["items"]
    nodes = stage.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    found = {f"{one['kind']} {one['metadata']['name']}": one["metadata"]["resourceVersion"] for one in hub}
    return found | {f"Node {one['metadata']['name']}": str(one["spec"]) for one in nodes}


def test_a_namespace_without_tenant_is_told_so_until_it_is_labelled(stage: Stage) -> None:
    stage.engineer().apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "nobodys"}})
    stage.engineer().apply(ask("nobodys/stray"))
    becomes(stage, "nobodys/stray", "Misconfigured")
    assert reason(read(stage.engineer(), "nobodys/stray"), "Stalled") == "Misconfigured"
    stage.engineer().run("label", "namespace", "nobodys", "holdfast.dev/tenant=mistral")
    becomes(stage, "nobodys/stray", "Active")
    gone(stage, "nobodys/stray")


def test_a_tenant_without_entitlement_is_told_so_until_it_has_one(stage: Stage) -> None:
    stage.engineer().apply(*tenant("newcomer", {}))
    stage.engineer().apply(ask("newcomer/first"))
    becomes(stage, "newcomer/first", "ExceedsEntitlement")
    stage.engineer().apply(*tenant("newcomer", {"tpu7x": 64}))
    becomes(stage, "newcomer/first", "Active")
    gone(stage, "newcomer/first")


def test_a_shape_the_hardware_cannot_form_is_told_so_and_hurts_nobody(stage: Stage) -> None:
    stage.person("mistral").apply(ask("mistral/odd", topology="3x5x7"), ask("mistral/unknown", kind="abacus"))
    becomes(stage, "mistral/odd", "TopologyImpossible")
    becomes(stage, "mistral/unknown", "Misconfigured")
    stage.person("mistral").apply(ask("mistral/even"))
    becomes(stage, "mistral/even", "Active")
    gone(stage, "mistral/even")


def test_a_pool_cannot_be_shrunk_below_what_is_promised_and_can_again_afterwards(stage: Stage) -> None:
    smaller = (
        "lab",
        "pulumi",
        "up",
        SITE,
        "--yes",
        "--config",
        f"holdfast:datacenter.pools.tpu7x-a.units={FEW}",
    )
    refused = stage.holdfast(*smaller)
    assert refused.returncode != 0
    assert "a unit that backs a promise cannot be removed" in refused.stdout + refused.stderr
    gone(stage, "mistral/killed")
    stage.must(*smaller)
    assert len(stage.engineer().get("acceleratorpool", f"{SITE}.tpu7x-a")["spec"]["units"]) == 2


FEW = json.dumps([{"ids": "cube-004..cube-005"}])
