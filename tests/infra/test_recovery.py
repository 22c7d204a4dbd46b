"""The way back: what was never answered, by name, id and command; what a plan would make twice, as an import."""

from __future__ import annotations

import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.infra.engine_documents import NODE_POOL, export, plan, state_of, step, urn
from typer.testing import CliRunner, Result

from holdfast_infra.commands.cli import stacks
from holdfast_infra.engine_files.provider_ids import _GOOGLE, provider_id

CUBE = {"name": "tpu7x-a-cube-003", "project": "p", "location": "us-east4", "cluster": "lake-mariner"}
CUBE_ID = "p/us-east4/lake-mariner/tpu7x-a-cube-003"
DOCUMENTED = [kind for kind in _GOOGLE if kind.split(":")[1].partition("/")[0] in ("compute", "container")]


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_an_id_has_a_form_that_the_sdk_documents_for_its_import(kind: str) -> None:
    _, module, name = kind.split(":")
    sdk = getattr(import_module(f"pulumi_gcp.{module.partition('/')[0]}"), name)
    documented = re.findall(rf"pulumi import {kind} default (\S+)", Path(inspect.getfile(sdk)).read_text())
    forms = {re.sub(r"\{\{(\w+?)(_id)?\}\}", _as_input, form) for form in documented}
    assert re.sub(r"\{(\w+)\}", "*", _GOOGLE[kind]) in forms


def _as_input(_: re.Match[str]) -> str:
    return "*"


@pytest.mark.parametrize(
    ("kind", "inputs", "identity"),
    [
        (NODE_POOL, CUBE, CUBE_ID),
        (NODE_POOL, CUBE | {"cluster": "projects/p/locations/us-east4/clusters/lake-mariner"}, CUBE_ID),
        (NODE_POOL, {"name": "tpu7x-a-cube-003"}, ""),
        ("gcp:projects/iAMMember:IAMMember", {"project": "p", "role": "roles/x", "member": "m"}, "p roles/x m"),
        ("kubernetes:holdfast.dev/v1alpha1:StackSeal", {"metadata": {"name": "lake-mariner"}}, "lake-mariner"),
        ("aws:s3:Bucket", {"name": "b"}, ""),
    ],
)  # fmt: skip
def test_an_id_is_made_of_inputs_or_left_open(kind: str, inputs: dict[str, Any], identity: str) -> None:
    assert provider_id(kind, inputs) == identity


def recovered(folder: Path, state: str, *options: str) -> Result:
    (folder / "state.json").write_text(state)
    return CliRunner().invoke(stacks, ["recover", str(folder / "state.json"), *options])


def test_a_creation_that_was_never_answered_is_taken_over_by_one_command(tmp_path: Path) -> None:
    cubes = urn("holdfast:infra:TpuCubes", "lake-mariner-cubes")
    asked = state_of(
        NODE_POOL, CUBE["name"], CUBE, parent=cubes, provider=f"{urn('pulumi:providers:gcp', 'default')}::1"
    )
    answer = recovered(tmp_path, export(pending=(("creating", asked),)))
    assert answer.exit_code == 1
    assert "pulumi cancel --yes --stack lake-mariner\n" in answer.output
    assert "pulumi refresh --yes --stack lake-mariner --clear-pending-creates\n" in answer.output
    told = f"--stack lake-mariner {NODE_POOL} {CUBE['name']} {CUBE_ID} --parent lake-mariner-cubes={cubes}\n"
    assert told in answer.output


def test_an_id_that_is_not_known_is_one_that_no_shell_accepts(tmp_path: Path) -> None:
    unplaced = state_of(NODE_POOL, "cube", {"name": "cube"})
    answer = recovered(tmp_path, export(pending=(("creating", unplaced),)))
    assert "unknown: look it up" in answer.output
    assert f"{NODE_POOL} cube <ID-of-cube>\n" in answer.output


def test_a_deletion_that_was_never_answered_is_only_read_again(tmp_path: Path) -> None:
    doomed = state_of(NODE_POOL, CUBE["name"], CUBE, id="its-id")
    answer = recovered(tmp_path, export(pending=(("deleting", doomed),)))
    assert "its-id" in answer.output
    assert "pulumi refresh --yes --stack lake-mariner" in answer.output
    assert "pulumi import" not in answer.output


def test_a_state_in_which_all_was_answered_needs_nothing(tmp_path: Path) -> None:
    answer = recovered(tmp_path, export())
    assert (answer.exit_code, answer.output) == (
        0,
        "lake-mariner: every change was answered, nothing to recover\n",
    )


def test_what_an_older_state_does_not_know_is_written_as_a_file_for_import(tmp_path: Path) -> None:
    cubes = f"{urn('holdfast:infra:TpuCubes', 'lake-mariner-cubes')}"
    made = step("create", NODE_POOL, CUBE["name"], None, CUBE)
    made["newState"] |= {"parent": cubes, "provider": f"{urn('pulumi:providers:gcp', 'default_10_2')}::1"}
    (tmp_path / "plan.json").write_text(plan(made))
    imports = tmp_path / "imports.json"
    answer = recovered(tmp_path, export(), "--plan", str(tmp_path / "plan.json"), "--imports", str(imports))
    assert answer.exit_code == 1
    assert f"--protect=false --stack lake-mariner --file {imports}\n" in answer.output
    assert json.loads(imports.read_text()) == {
        "nameTable": {"lake-mariner-cubes": cubes},
        "resources": [
            {"type": NODE_POOL, "name": CUBE["name"], "id": CUBE_ID, "parent": "lake-mariner-cubes"}
        ],
    }


def test_what_is_no_state_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    assert recovered(tmp_path, "no state").exit_code == 2
