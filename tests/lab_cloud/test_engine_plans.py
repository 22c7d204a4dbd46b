"""What an engine foresees and what it knows to stand, as documents that the guard reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.lab_cloud.engine_project import Project, documented

from holdfast_infra.engine_files import read_plan, read_state
from holdfast_lab.cloud.store import Store
from holdfast_lab.engine.monitor.engine import state_file

FEWER = ("--config", "tiny:pools=[a]")


def test_a_destroy_is_foreseen_as_a_plan_and_changes_nothing(project: Project) -> None:
    project.run("up", "--yes")
    foreseen = ("--preview-only", "--json", "--run-program")
    plan = read_plan(documented(project, "destroy", *foreseen))
    assert {(each.op, each.name) for each in plan.steps} >= {
        ("delete", name) for name in ("a", "b", "dc", "net")
    }
    code, output = project.run("destroy", *foreseen, "--config", "tiny:held=b")
    assert code != 0
    assert "b is promised to mistral" in output
    assert [call for call in project.calls() if call.startswith("delete")] == []
    code, output = project.run("destroy")
    assert "look at `destroy one --preview-only` first" in output


def test_a_plan_says_what_goes_what_is_replaced_and_what_is_refused(project: Project) -> None:
    project.run("up", "--yes")
    fewer = read_plan(documented(project, "preview", "--json", *FEWER))
    assert [(each.op, each.name) for each in fewer.steps] == [("delete", "b")]
    machine = ("--config", "tiny:machine=n2-standard-8")
    other = read_plan(documented(project, "preview", "--json", *machine))
    assert {(each.op, each.name) for each in other.steps} == {("replace", "a"), ("replace", "b")}
    assert all(each.fields[0].startswith("nodeConfig") for each in other.steps)
    held = read_plan(documented(project, "preview", "--json", *FEWER, "--config", "tiny:held=b"))
    assert [each.name for each in held.steps] == ["b"]
    assert "b is promised to mistral" in " ".join(held.errors)


def test_a_state_says_what_stands_and_a_first_plan_what_would_be_made(project: Project) -> None:
    first = read_plan(documented(project, "preview", "--json"))
    assert {each.name for each in first.creations} == {"net", "dc", "a", "b"}
    project.run("up", "--yes")
    found = read_state(documented(project, "export"))
    assert {each.name for each in found.resources} == {"net", "dc", "a", "b"}
    assert json.dumps(first.config).count("tiny:pools")


def test_an_older_state_makes_no_second_copy_and_its_plan_names_what_is_to_be_taken_over(
    tmp_path: Path, output_names: Path
) -> None:
    project = Project(tmp_path, "monitor")
    shutil.copy(output_names, project.state)
    project.run("up", "--yes", *FEWER)
    kept = state_file(project.state, "one")
    older = kept.read_bytes()
    project.run("up", "--yes")
    kept.write_bytes(older)
    code, output = project.run("up", "--yes")
    assert (code != 0, "409: Already exists" in output) == (True, True)
    assert sorted(each.name for each in Store(project.state).all()) == ["a", "b", "dc", "net"]
    (lost,) = read_plan(documented(project, "preview", "--json")).creations
    assert lost.name == "b"
