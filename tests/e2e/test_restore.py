"""A hub is lost an hour after its backup and made anew: no pod notices, nothing is given twice, and life goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e import lost_hub
from tests.e2e.acts import POOL, SITE, after, amended, ask, becomes, clean, uid_of
from tests.e2e.conftest import counted
from tests.e2e.lost_hub import TRAINER, holdfast, marks, running

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import pod, pod_template, reservation, tenant
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.reading import units_of
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]

RUNS, OPENS, YOUNG, WAITS = "mistral/runs", "mistral/opens", "anthropic/young", "anthropic/waits"
TENANTS = ("mistral", "anthropic")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A hub with a reservation that runs, one whose window opens after the backup, and one made after it."""
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        context.must("lab", "pulumi", "up", SITE, "--yes")
        for name in TENANTS:
            context.engineer().apply(*tenant(name, {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 60, "six healthy units")
        yield context


@pytest.fixture(scope="module")
def backup(context: Context, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup; what was given after it is there when this returns."""
    file = tmp_path_factory.mktemp("backup") / "hub.json"
    context.person("mistral").apply(ask(RUNS, 2))
    becomes(context, RUNS, "Active", 90)
    amended(context.person("mistral"), RUNS, window={"end": after(5400)})
    context.until(lambda: _answered(context, RUNS, 2), 60, "the change in force")
    soon = reservation(OPENS, "tpu7x", 1, {"start": after(60), "end": after(3600)}, "4x4x4")
    context.person("mistral").apply(soon)
    becomes(context, OPENS, "Scheduled")
    context.must("backup", str(file))
    context.person("anthropic").apply(ask(YOUNG))
    for path in (YOUNG, OPENS):
        becomes(context, path, "Active", 120)
    _train(context, "mistral", OPENS)
    _train(context, "anthropic", YOUNG)
    return file


@pytest.fixture(scope="module")
def before(context: Context, backup: Path) -> dict[str, object]:
    """How it stood when the hub was lost; then the hub is restored, and its operator and agents are connected."""
    stood = {
        "marks": marks(context),
        "pods": {name: running(context, name) for name in TENANTS},
        "units": {path: units_of(context.engineer(), uid_of(context, path)) for path in (RUNS, OPENS, YOUNG)},
    }
    assert "this hub lives" in holdfast(context, "restore", str(backup), "--yes").stderr
    lost_hub.lose(context)
    done = holdfast(context, "restore", str(backup), "--yes")
    assert done.returncode == 0, done.stderr
    again = holdfast(context, "restore", str(backup), "--yes")
    assert "nothing was missing" in again.stdout, again.stderr
    lost_hub.connect(context)
    return stood


def test_a_restored_hub_rests_and_says_so(context: Context, before: dict[str, object]) -> None:
    context.person("anthropic").apply(ask(WAITS))
    becomes(context, WAITS, "HubRestored", 60)
    becomes(context, RUNS, "Active", 60)
    assert before["pods"] == {name: running(context, name) for name in TENANTS}


def test_it_is_not_let_go_while_a_unit_is_in_hands_that_it_does_not_know(context: Context) -> None:
    refused = context.until(lambda: _refusal(context), 60, "the sites' reports")
    assert "which the backup does not know; agree with its tenant" in refused
    assert "mistral/opens got it by grant" in refused
    assert "the hub goes on resting: 1 in the way" in refused


def test_till_then_not_a_mark_of_a_node_was_written(context: Context, before: dict[str, object]) -> None:
    assert marks(context) == before["marks"]


def test_what_is_taken_back_is_closed_by_its_agent_and_then_the_hub_sells_again(
    context: Context, before: dict[str, object]
) -> None:
    taken = holdfast(context, "resume", "--take-back", "--yes")
    assert (taken.returncode, "run holdfast resume again" in taken.stdout) == (1, True), taken.stderr
    context.until(lambda: _resumed(context), 90, "the hub let go")
    pods = before["pods"]
    assert isinstance(pods, dict)
    assert running(context, "mistral") == pods["mistral"]
    becomes(context, WAITS, "Active", 60)


def test_who_let_it_go_stands_in_an_event_and_on_the_pool(context: Context) -> None:
    pool = context.engineer().get("acceleratorpool", POOL)
    person = pool["metadata"]["annotations"]["holdfast.dev/resumed-by"]
    events = context.engineer().get("events", "--field-selector=reason=HubResumed")["items"]
    assert events[0]["message"].startswith(f"{person} let the hub sell again")


def test_every_promise_of_the_backup_has_the_units_it_had_and_nobody_else_has_one(
    context: Context, before: dict[str, object]
) -> None:
    becomes(context, RUNS, "Active")
    becomes(context, OPENS, "Active")
    stood = before["units"]
    assert isinstance(stood, dict)
    now = {path: _held(context, path) for path in (RUNS, OPENS)}
    assert now == {path: stood[path] for path in (RUNS, OPENS)}
    waits = units_of(context.engineer(), uid_of(context, WAITS))
    assert not {*waits} & {unit for units in now.values() for unit in units}
    assert clean(context).startswith("clean")


def test_a_restored_reservation_is_changed_and_cancelled_as_any_other(context: Context) -> None:
    amended(context.person("mistral"), RUNS, count=1)
    context.until(lambda: _answered(context, RUNS, 1), 60, "the smaller form in force")
    uid = _first_uid(context, RUNS)
    context.person("mistral").run("delete", "cares", "runs", "-n", "mistral")
    context.until(lambda: _released(context, uid), 120, "the promise released")


def _train(context: Context, name: str, path: str) -> None:
    """A pod of the tenant that runs until it is told to end."""
    access = read(context.person(name), path)["status"]["access"][0]
    trainer = pod(TRAINER, pod_template(access, {"google.com/tpu": "4"}))
    context.person(name, SITE).run("apply", "-n", name, "-f", "-", stdin=json.dumps(trainer))
    context.until(lambda: running(context, name), 60, f"{name}'s pod running")


def _answered(context: Context, path: str, slices: int) -> str:
    found = read(context.engineer(), path)
    whole = found["status"].get("observedGeneration") == found["metadata"]["generation"]
    promised = found["status"].get("promised", {}).get("slices") == slices
    return "yes" if whole and promised and "amendment" not in found["status"] else ""


def _refusal(context: Context) -> str:
    """What resume says, once the agents have reported."""
    said = holdfast(context, "resume", "--yes", "--settle", "1")
    assert said.returncode == 1, said.stdout + said.stderr
    return "" if "has not reported" in said.stderr else said.stderr


def _resumed(context: Context) -> str:
    said = holdfast(context, "resume", "--yes", "--settle", "1")
    return said.stdout if said.returncode == 0 else ""


def _first_uid(context: Context, path: str) -> str:
    return str(read(context.engineer(), path)["metadata"]["annotations"]["holdfast.dev/first-uid"])


def _held(context: Context, path: str) -> dict[str, str]:
    return units_of(context.engineer(), _first_uid(context, path))


def _released(context: Context, uid: str) -> str:
    state = context.engineer().get("capacitypromise", uid)["spec"]["state"]
    return state if state == "Released" else ""
