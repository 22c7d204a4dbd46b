"""When the program refuses to run at all."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest
import yaml
from tests.infra.declarations import changed
from tests.infra.recording import ROOT, run

from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import KubernetesHub
from holdfast_infra.program import foresees_the_whole, main, refuse_to_continue_on_error


@pytest.mark.parametrize("value", ["1", "true", "TRUE", "yes", "on"])
def test_a_run_that_would_pass_over_refusals_does_not_start(value: str) -> None:
    with pytest.raises(pulumi.RunError, match="PULUMI_CONTINUE_ON_ERROR is set: a refusal must stop the run"):
        refuse_to_continue_on_error({"PULUMI_CONTINUE_ON_ERROR": value})


@pytest.mark.parametrize(
    "environment", [{}, {"PULUMI_CONTINUE_ON_ERROR": ""}, {"PULUMI_CONTINUE_ON_ERROR": "false"}]
)
def test_a_run_that_stops_at_a_refusal_starts(environment: dict[str, str]) -> None:
    refuse_to_continue_on_error(environment)


def test_the_setting_stops_the_whole_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONTINUE_ON_ERROR", "true")
    with pytest.raises(pulumi.RunError, match="unset it"):
        run(main, "lake-mariner", changed())


@pytest.mark.parametrize(("value", "whole"), [("1", True), ("true", True), ("", False), ("0", False)])
def test_a_preview_that_somebody_judges_goes_on_to_its_end(value: str, whole: bool) -> None:
    environment = {"HOLDFAST_WHOLE_PLAN": value}
    assert foresees_the_whole(environment, dry_run=True) is whole
    assert foresees_the_whole({}, dry_run=True) is False
    if whole:
        with pytest.raises(pulumi.RunError, match="HOLDFAST_WHOLE_PLAN is set: it is for previews"):
            foresees_the_whole(environment, dry_run=False)


def test_a_mistake_stops_the_program_with_its_sentence_and_no_traceback() -> None:
    with pytest.raises(pulumi.RunError, match=r"zone = 'us-west1-b': is not in region us-east4"):
        run(main, "lake-mariner", changed(("zone", "us-west1-b")))


def test_a_hub_that_does_not_answer_stops_the_program_with_one_sentence(tmp_path: Path) -> None:
    def nowhere(_: HubAddress) -> KubernetesHub:
        return KubernetesHub(HubAddress(str(tmp_path / "none"), "hub"))

    with pytest.raises(pulumi.RunError, match=r"hubContext = 'hub': the hub did not answer .* nothing was"):
        run(lambda _: main(nowhere), "lake-mariner", changed())


def test_a_stack_does_not_take_another_datacenters_declaration() -> None:
    with pytest.raises(pulumi.RunError, match="is not the stack's name"):
        run(main, "abernathy", changed())


def test_the_project_finds_its_program_and_its_stacks() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert (ROOT / project["main"] / "__main__.py").is_file()
    stacks = sorted(path.name for path in (ROOT / project["stackConfigDir"]).glob("Pulumi.*.yaml"))
    names = ("abernathy", "barber-lake", "hub", "lake-mariner")
    assert stacks == [f"Pulumi.{name}.yaml" for name in names]
    assert "config" not in project


def test_tracked_stacks_hold_no_salt_and_no_secret() -> None:
    for path in Path(ROOT / "stacks").glob("*.yaml"):
        assert set(yaml.safe_load(path.read_text())) == {"config"}
        assert "secure:" not in path.read_text()
