"""Changes of what a whole datacenter stands on: foreseen to their end, and judged by who would lose what until when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.acts import POOL, SITE, after, ask, becomes, clean, given_back, gone
from tests.e2e.conftest import counted

from holdfast_lab.story.context import Context
from holdfast_lab.story.reading import reason

pytestmark = [pytest.mark.lab, pytest.mark.e2e, pytest.mark.stacks]
DECLARED = "holdfast:datacenter"
KEPT = "mistral/kept"
WEEK = 7 * 24 * 3600


@pytest.fixture(scope="module")
def kept(context: Context) -> Iterator[str]:
    """When the reservation of one cube ends that stands during these tests."""
    context.person("mistral").apply(ask(KEPT))
    becomes(context, KEPT, "Active")
    (entry,) = context.engineer().get("acceleratorpool", POOL)["status"]["promises"].values()
    yield str(entry["until"])
    given_back(context, KEPT)
    context.must("lab", "pulumi", "up", SITE, "--yes")
    context.until(lambda: counted(context), 60, "six healthy units")


def with_cluster(**fields: object) -> tuple[str, ...]:
    """The stack with other fields of its cluster."""
    settings = (f"{DECLARED}.cluster.{name}={json.dumps(given)}" for name, given in fields.items())
    return tuple(part for setting in settings for part in ("--config", setting))


def windows(*spans: tuple[str, str]) -> tuple[str, ...]:
    return with_cluster(maintenanceWindows=[{"start": start, "end": end} for start, end in spans])


@pytest.fixture
def judged(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the guard says of the whole of a real plan: its exit code, and its document."""

    def judge(*options: str) -> tuple[int, dict[str, Any]]:
        monkeypatch.setenv("HOLDFAST_WHOLE_PLAN", "1")
        for name, verb in (("plan", ("preview", SITE, "--json", *options)), ("state", ("export", SITE))):
            (tmp_path / f"{name}.json").write_text(context.holdfast("lab", "pulumi", *verb).stdout)
        monkeypatch.delenv("HOLDFAST_WHOLE_PLAN")
        state = ("--state", str(tmp_path / "state.json"))
        answer = context.holdfast("guard", str(tmp_path / "plan.json"), *state, "-o", "json")
        return answer.returncode, json.loads(answer.stdout)

    return judge


def named(found: dict[str, Any], *, refused: bool) -> set[str]:
    """Objects that a judged plan touches, by what is to be done and their names."""
    return {
        f"{touch['op']} {touch['urn'].rpartition('::')[2]}"
        for touch in found["touches"]
        if bool(touch["refused"]) == refused
    }


def test_a_cluster_that_would_be_replaced_names_all_who_stand_on_it(
    context: Context, kept: str, judged: Any
) -> None:
    code, found = judged("--config", f"{DECLARED}.network.nodes=10.12.0.0/20")
    cubes = {f"replace tpu7x-a-cube-{number:03d}" for number in range(6)}
    assert (code, found["errors"]) == (1, [])
    assert {f"replace {SITE}-nodes", f"replace {SITE}", f"replace {SITE}-system"} | cubes <= named(
        found, refused=True
    )
    ground = next(touch for touch in found["touches"] if touch["urn"].endswith(f"::{SITE}"))
    assert "would be replaced, and all that stands on it" in ground["refused"]
    assert [(each["reservation"], each["tenant"]) for each in ground["promises"]] == [(KEPT, "mistral")]
    assert {each["lender"] for each in ground["pledges"]} == {"Macquarie"}
    assert all(each["until"] for each in ground["promises"])


def test_the_same_plan_is_refused_by_its_preview_and_nothing_goes(context: Context, kept: str) -> None:
    change = ("--config", f"{DECLARED}.network.nodes=10.12.0.0/20")
    refused = context.holdfast("lab", "pulumi", "up", SITE, "--yes", *change)
    assert refused.returncode != 0
    assert "would be replaced, and all that stands on it would be deleted" in refused.stdout + refused.stderr
    assert counted(context)
    assert clean(context).startswith("clean")


def test_a_range_that_the_cluster_uses_is_asked_about(context: Context, kept: str, judged: Any) -> None:
    code, found = judged("--config", f"{DECLARED}.network.services=10.12.0.0/20")
    assert (code, named(found, refused=True)) == (1, {f"update {SITE}-nodes"})
    assert KEPT in found["touches"][0]["refused"]
    assert judged(*with_cluster(authorizedNetworks=["203.0.113.0/24"]))[0] == 0


def test_a_window_over_a_promise_is_refused(kept: str, judged: Any) -> None:
    code, found = judged(*windows((after(0), after(2 * WEEK))))
    assert (code, named(found, refused=True)) == (1, {f"update {SITE}"})
    assert KEPT in found["touches"][0]["refused"]


def test_a_window_in_which_nothing_is_promised_is_kept_free_until_it_is_taken_out(
    context: Context, kept: str, judged: Any
) -> None:
    later = (after(3 * WEEK), after(5 * WEEK))
    assert judged(*windows(later))[0] == 0
    context.must("lab", "pulumi", "up", SITE, "--yes", *windows(later))
    context.until(lambda: taken_out(context, later), 40, "the window is out of the calendar")
    inside = ask("mistral/inside")
    inside["spec"]["window"] = {"start": after(4 * WEEK), "end": after(4 * WEEK + 3600)}
    context.person("mistral").apply(inside)
    becomes(context, "mistral/inside", "UnderMaintenance")
    context.must("lab", "pulumi", "up", SITE, "--yes", *windows())
    becomes(context, "mistral/inside", "Scheduled")
    assert context.engineer().get("maintenancewindows")["items"] == []
    gone(context, "mistral/inside")


def taken_out(context: Context, span: tuple[str, str]) -> str:
    """Not empty once the one window is told as accepted."""
    (window,) = context.engineer().get("maintenancewindows")["items"]
    assert (window["spec"]["start"], window["spec"]["end"], window["spec"]["pool"]) == (*span, POOL)
    return "yes" if reason(window, "Accepted") == "TakenOut" else ""
