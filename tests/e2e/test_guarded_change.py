"""Changes of a datacenter that somebody is promised: judged beforehand, and made by moving the promise first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.acts import POOL, SITE, ask, becomes, clean, given_back, uid_of
from tests.e2e.conftest import counted

from holdfast_infra.stack_files.stack_yaml import load
from holdfast_lab.story.context import Context
from holdfast_lab.story.reading import units_of

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
UNITS = "holdfast:datacenter.pools.tpu7x-a.units"


@pytest.fixture
def holder(context: Context, kept: None) -> str:
    """The cube that is in mistral's hands now."""
    (cube,) = units_of(context.engineer(), uid_of(context, "mistral/kept"))
    return cube


@pytest.fixture(scope="module")
def kept(context: Context) -> Iterator[None]:
    """A reservation of one cube, given back after the last of these tests."""
    context.person("mistral").apply(ask("mistral/kept"))
    becomes(context, "mistral/kept", "Active")
    yield
    given_back(context, "mistral/kept")
    context.must("lab", "pulumi", "up", SITE, "--yes")
    context.until(lambda: counted(context), 60, "six healthy units")


def without(*cubes: str) -> tuple[str, ...]:
    """The stack without some of its cubes."""
    left = [{"ids": f"cube-{n:03d}"} for n in range(6) if f"cube-{n:03d}" not in cubes]
    return "--config", f"{UNITS}={json.dumps(left)}"


def judged(context: Context, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """What the guard says of a real plan: its exit code, and its document."""
    for name, verb in (("plan", ("preview", SITE, "--json", *options)), ("state", ("export", SITE))):
        (folder / f"{name}.json").write_text(context.holdfast("lab", "pulumi", *verb).stdout)
    state = ("--state", str(folder / "state.json"))
    answer = context.holdfast("guard", str(folder / "plan.json"), *state, "-o", "json")
    return answer.returncode, json.loads(answer.stdout)


def test_a_real_plan_is_judged_by_what_it_touches(context: Context, holder: str, tmp_path: Path) -> None:
    free = next(f"cube-{n:03d}" for n in range(6) if f"cube-{n:03d}" != holder)
    assert judged(context, tmp_path)[0] == 0
    code, found = judged(context, tmp_path, *without(free))
    assert (code, found["touches"][-1]["pledges"][0]["lender"]) == (3, "Macquarie")
    code, found = judged(context, tmp_path, *without(holder))
    promised = {each["reservation"] for touch in found["touches"] for each in touch["promises"]}
    assert (code, promised) == (1, {"mistral/kept"})


def compared(context: Context, state: Path) -> tuple[int, set[str]]:
    """What the audit says of a state beside hub and nodes: its exit code, and what differs."""
    hub = f"{context.lab.state.kubeconfig}:hub"
    answer = context.holdfast("guard", "--audit", "--state", str(state), "--hub", hub, "-o", "json")
    return answer.returncode, {each["subject"] for each in json.loads(answer.stdout)["findings"]}


def test_a_state_is_compared_with_hub_and_nodes(context: Context, holder: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    whole = json.loads(context.must("lab", "pulumi", "export", SITE))
    state.write_text(json.dumps(whole))
    assert compared(context, state) == (0, set())
    known = whole["deployment"]["resources"]
    lost = [each for each in known if not each["urn"].endswith(f"::tpu7x-a-{holder}")]
    whole["deployment"]["resources"] = lost
    state.write_text(json.dumps(whole))
    assert (len(known) - len(lost), compared(context, state)) == (1, (1, {f"unit {POOL}/{holder}"}))


def stack_file(context: Context) -> Path:
    """The configuration of the last run in the lab, as the lab wrote it."""
    return context.lab.state.root / "config" / f"Pulumi.{SITE}.yaml"


def declared(context: Context) -> tuple[str, ...]:
    """The units as the stack file declares them now, for the lab's next run."""
    pools = load(stack_file(context).read_text())["config"]["holdfast:datacenter"]["pools"]
    return "--config", f"{UNITS}={json.dumps(pools['tpu7x-a']['units'])}"


def stepped(context: Context, cube: str, *options: str, verb: str = "retire") -> str:
    """One written step of the unit command, carried out by an up."""
    said = context.must("unit", verb, str(stack_file(context)), f"tpu7x-a/{cube}", "--write", *options)
    context.must("lab", "pulumi", "up", SITE, "--yes", *declared(context))
    return said


def test_a_held_unit_retires_once_a_spare_has_taken_over(context: Context, holder: str) -> None:
    context.must("lab", "pulumi", "up", SITE, "--yes")
    uid = uid_of(context, "mistral/kept")
    assert "a spare takes over" in stepped(context, holder)
    assert "is free: leave it out" in stepped(context, holder, "--wait", "90")
    (instead,) = units_of(context.engineer(), uid)
    assert instead != holder
    becomes(context, "mistral/kept", "Active")
    assert holder not in context.engineer().get("acceleratorpool", POOL)["spec"]["units"]
    assert "is retired" in context.must("unit", "retire", str(stack_file(context)), f"tpu7x-a/{holder}")
    assert clean(context).startswith("clean")


def test_a_free_unit_is_cycled_under_the_same_name(context: Context, holder: str) -> None:
    context.must("lab", "pulumi", "up", SITE, "--yes")
    free = next(f"cube-{n:03d}" for n in range(6) if f"cube-{n:03d}" != holder)
    nodes = ("nodes", "-l", f"holdfast.dev/unit={free}")
    before = {node["metadata"]["uid"] for node in context.engineer(SITE).get(*nodes)["items"]}
    assert "retiring" in stepped(context, free, verb="cycle")
    assert "its nodes are deleted" in stepped(context, free, "--wait", "60", verb="cycle")
    assert "in service again" in stepped(context, free, "--wait", "60", verb="cycle")
    context.until(lambda: counted(context), 60, "six healthy units")
    after = {node["metadata"]["uid"] for node in context.engineer(SITE).get(*nodes)["items"]}
    assert (len(before), len(after), before & after) == (16, 16, set())
