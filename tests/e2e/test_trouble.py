"""Trouble on a real control plane: processes killed, a hub that is silent, tenants' mistakes. Nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.e2e.acts import POOL, SITE, ask, becomes, clean, gone, kill, repaired, uid_of, versions

from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Stage
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import reason, units_of
from holdfast_lab.story.reading import reservation as read

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


def test_a_reservation_survives_operator_and_agent_killed_in_the_middle_of_its_binding(stage: Stage) -> None:
    stage.person("mistral").apply(ask("mistral/killed", 2))
    kill(stage, "operator", f"agent-{SITE}")
    repaired(stage)
    becomes(stage, "mistral/killed", "Active")
    assert len(units_of(stage.engineer(), uid_of(stage, "mistral/killed"))) == 2
    assert clean(stage).startswith("clean")


def test_the_same_reservation_applied_twice_at_once_is_promised_once(stage: Stage) -> None:
    text, person = json.dumps(ask("anthropic/twice")), stage.person("anthropic")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: person.attempt("apply", "-f", "-", stdin=text), range(2)))
    assert 0 in [answer.returncode for answer in answers]
    becomes(stage, "anthropic/twice", "Active")
    assert len(units_of(stage.engineer(), uid_of(stage, "anthropic/twice"))) == 1
    gone(stage, "anthropic/twice")


def test_a_hub_that_is_silent_for_a_while_changes_nothing_and_is_heard_again(stage: Stage) -> None:
    before = units_of(stage.engineer(), uid_of(stage, "mistral/killed"))
    server = RecordFile(stage.lab.state).read().clusters["hub"].processes["kube-apiserver"].pid
    os.kill(server, signal.SIGSTOP)
    time.sleep(15)
    os.kill(server, signal.SIGCONT)
    becomes(stage, "mistral/killed", "Active", 60)
    stage.person("anthropic").apply(ask("anthropic/after"))
    becomes(stage, "anthropic/after", "Active", 60)
    assert units_of(stage.engineer(), uid_of(stage, "mistral/killed")) == before
    assert clean(stage).startswith("clean")
    gone(stage, "anthropic/after")


def test_when_nothing_changes_nothing_is_written(stage: Stage) -> None:
    becomes(stage, "mistral/killed", "Active")
    before = versions(stage)
    time.sleep(12)
    assert versions(stage) == before


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
    assert len(stage.engineer().get("acceleratorpool", POOL)["spec"]["units"]) == 2


FEW = json.dumps([{"ids": "cube-004..cube-005"}])
