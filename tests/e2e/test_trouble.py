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
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import reason, units_of
from holdfast_lab.story.reading import reservation as read

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


def test_a_reservation_survives_operator_and_agent_killed_in_the_middle_of_its_binding(
    context: Context,
) -> None:
    context.person("mistral").apply(ask("mistral/killed", 2))
    kill(context, "operator", f"agent-{SITE}")
    repaired(context)
    becomes(context, "mistral/killed", "Active")
    assert len(units_of(context.engineer(), uid_of(context, "mistral/killed"))) == 2
    assert clean(context).startswith("clean")


def test_the_same_reservation_applied_twice_at_once_is_promised_once(context: Context) -> None:
    text, person = json.dumps(ask("anthropic/twice")), context.person("anthropic")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: person.attempt("apply", "-f", "-", stdin=text), range(2)))
    assert 0 in [answer.returncode for answer in answers]
    becomes(context, "anthropic/twice", "Active")
    assert len(units_of(context.engineer(), uid_of(context, "anthropic/twice"))) == 1
    gone(context, "anthropic/twice")


def test_a_hub_that_is_silent_for_a_while_changes_nothing_and_is_heard_again(context: Context) -> None:
    before = units_of(context.engineer(), uid_of(context, "mistral/killed"))
    server = RecordFile(context.lab.state).read().clusters["hub"].processes["kube-apiserver"].pid
    os.kill(server, signal.SIGSTOP)
    time.sleep(15)
    os.kill(server, signal.SIGCONT)
    becomes(context, "mistral/killed", "Active", 60)
    context.person("anthropic").apply(ask("anthropic/after"))
    becomes(context, "anthropic/after", "Active", 60)
    assert units_of(context.engineer(), uid_of(context, "mistral/killed")) == before
    assert clean(context).startswith("clean")
    gone(context, "anthropic/after")


def test_when_nothing_changes_nothing_is_written(context: Context) -> None:
    becomes(context, "mistral/killed", "Active")
    before = versions(context)
    time.sleep(12)
    assert versions(context) == before


def test_a_namespace_without_tenant_is_told_so_until_it_is_labelled(context: Context) -> None:
    context.engineer().apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "nobodys"}})
    context.engineer().apply(ask("nobodys/stray"))
    becomes(context, "nobodys/stray", "Misconfigured")
    assert reason(read(context.engineer(), "nobodys/stray"), "Stalled") == "Misconfigured"
    context.engineer().run("label", "namespace", "nobodys", "holdfast.dev/tenant=mistral")
    becomes(context, "nobodys/stray", "Active")
    gone(context, "nobodys/stray")


def test_a_tenant_without_entitlement_is_told_so_until_it_has_one(context: Context) -> None:
    context.engineer().apply(*tenant("newcomer", {}))
    context.engineer().apply(ask("newcomer/first"))
    becomes(context, "newcomer/first", "ExceedsEntitlement")
    context.engineer().apply(*tenant("newcomer", {"tpu7x": 64}))
    becomes(context, "newcomer/first", "Active")
    gone(context, "newcomer/first")


def test_a_shape_the_hardware_cannot_form_is_told_so_and_hurts_nobody(context: Context) -> None:
    context.person("mistral").apply(
        ask("mistral/odd", topology="3x5x7"), ask("mistral/unknown", kind="abacus")
    )
    becomes(context, "mistral/odd", "TopologyImpossible")
    becomes(context, "mistral/unknown", "Misconfigured")
    context.person("mistral").apply(ask("mistral/even"))
    becomes(context, "mistral/even", "Active")
    gone(context, "mistral/even")


def test_a_pool_cannot_be_shrunk_below_what_is_promised_and_can_again_afterwards(context: Context) -> None:
    smaller = (
        "lab",
        "pulumi",
        "up",
        SITE,
        "--yes",
        "--config",
        f"holdfast:datacenter.pools.tpu7x-a.units={FEW}",
    )
    refused = context.holdfast(*smaller)
    assert refused.returncode != 0
    assert (
        "would leave reservation mistral/killed (tenant mistral) short of" in refused.stdout + refused.stderr
    )
    gone(context, "mistral/killed")
    context.must(*smaller)
    assert len(context.engineer().get("acceleratorpool", POOL)["spec"]["units"]) == 2


FEW = json.dumps([{"ids": "cube-004..cube-005"}])
