"""Whole runs of a small program in its own process, by every engine there is.

The pulumi CLI is tried only where it is on PATH: where it is not, its cases are not collected at all. The
hosts are on paper (HOLDFAST_LAB_HOSTS), so no control plane is needed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from tests.lab_cloud.engine_project import Project, documented

from holdfast_infra.engine_files import read_state
from holdfast_lab.cloud.faults import EVERYTHING, Fault, Faults
from holdfast_lab.cloud.store import Store


def test_a_stack_comes_up_and_is_taken_down_only_if_nobody_objects(project: Project) -> None:
    code, output = project.run("up", "--yes")
    assert code == 0, output
    assert output.startswith("Engine: ")
    code, output = project.run("destroy", "--yes", "--run-program", "--config", "tiny:held=b")
    assert code != 0
    assert "b is promised to mistral" in output
    code, output = project.run("destroy", "--yes")
    assert code != 0
    assert "--run-program" in output
    assert [call for call in project.calls() if call.startswith("delete")] == []
    code, output = project.run("destroy", "--yes", "--run-program")
    assert code == 0, output
    assert Store(project.state).all() == []


def test_a_program_that_fails_deletes_nothing(project: Project) -> None:
    project.run("up", "--yes")
    code, output = project.run("up", "--yes", "--config", "tiny:pools=[b]", "--config", "tiny:broken=true")
    assert code != 0
    assert "the program is broken" in output
    assert len(Store(project.state).all()) == 4


def test_a_preview_changes_nothing_and_leaves_tracked_files_as_they_are(project: Project) -> None:
    tracked = project.folder / "stacks" / "Pulumi.one.yaml"
    before = tracked.read_bytes()
    code, output = project.run("preview")
    assert code == 0, output
    assert (project.calls(), Store(project.state).all()) == ([], [])
    assert tracked.read_bytes() == before
    assert list(tracked.parent.iterdir()) == [tracked]


def test_the_monitor_engine_goes_on_after_it_was_killed(tmp_path: Path, output_names: Path) -> None:
    project = Project(tmp_path, "monitor")
    shutil.copy(output_names, project.state)
    faults = Faults(Store(project.state))
    faults.set(Fault("slow", EVERYTHING, 3))
    child = project.start("up", "--yes")
    deadline = time.monotonic() + 120
    while not Store(project.state).all() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    faults.clear()
    (asked,) = read_state(documented(project, "export")).pending
    assert (asked.operation, asked.resource.name) == ("creating", "net")
    code, output = project.run("up", "--yes")
    assert code == 0, output
    assert "the last run was cut off while creating net" in output
    assert sorted(each.name for each in Store(project.state).all()) == ["a", "b", "dc", "net"]


def test_two_ups_at_once_are_one_and_a_refusal(project: Project) -> None:
    faults = Faults(Store(project.state))
    faults.set(Fault("slow", EVERYTHING, 3))
    first = project.start("up", "--yes")
    deadline = time.monotonic() + 120
    while not Store(project.state).all() and time.monotonic() < deadline:
        time.sleep(0.05)
    code, output = project.run("up", "--yes")
    assert code != 0
    assert "another run is at work on" in output or "currently locked by 1 lock" in output
    assert "Traceback" not in output
    output, _ = first.communicate(timeout=300)
    assert first.returncode == 0, output
    assert sorted(each.name for each in Store(project.state).all()) == ["a", "b", "dc", "net"]
    assert [call for call in project.calls() if not call.startswith("create ok")] == []


def test_what_is_under_way_when_something_fails_ends_and_is_written_down(project: Project) -> None:
    faults = Faults(Store(project.state))
    faults.set(Fault("slow", EVERYTHING, 2))
    faults.set(Fault("stock-out", "b", 1))
    code, output = project.run("up", "--yes", "--config", "tiny:pools=[a,b]")
    assert code != 0
    assert "GCE_STOCKOUT" in output
    assert "Traceback" not in output
    assert "went away" not in output
    if project.engine == "monitor":
        assert output.splitlines()[-1].startswith("error: googleapi: Error 429: GCE_STOCKOUT")
    faults.clear()
    code, output = project.run("up", "--yes")
    assert code == 0, output
    assert "cut off" not in output
    assert sorted(call for call in project.calls() if call.startswith("create ok")) == [
        f"create ok {name}" for name in ("a", "b", "dc", "net")
    ]


def test_a_refusal_is_the_last_line_too_and_no_traceback(project: Project) -> None:
    project.run("up", "--yes")
    code, output = project.run(
        "up", "--yes", "--config", "tiny:machine=n2-standard-8", "--config", "tiny:held=a"
    )
    assert code != 0
    assert "a is promised to mistral" in output
    assert "Traceback" not in output
    if project.engine == "monitor":
        assert "a is promised to mistral" in output.splitlines()[-1]


def test_a_stack_of_one_engine_is_not_planned_by_the_other(
    tmp_path: Path, output_names: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path, "monitor")
    shutil.copy(output_names, project.state)
    assert project.run("up", "--yes")[0] == 0
    found = tmp_path / "path" / "pulumi"
    found.parent.mkdir()
    found.write_text("#!/bin/sh\nexit 77\n")
    found.chmod(0o755)
    monkeypatch.setenv("PATH", f"{found.parent}{os.pathsep}{os.environ['PATH']}")
    project.engine = "auto"
    code, output = project.run("preview")
    assert code == 1
    assert (
        "one stands by the lab's monitor engine (6 resources), of which the pulumi CLI knows nothing"
        in output
    )
    assert "say `holdfast lab pulumi --engine monitor`" in output
    project.engine = "monitor"
    assert project.run("destroy", "--yes", "--run-program")[0] == 0
    project.engine = "auto"
    assert "stands by" not in project.run("preview")[1]


def test_what_stands_by_the_cli_is_counted_in_its_own_file(tmp_path: Path) -> None:
    project = Project(tmp_path, "monitor")
    kept = project.state / "pulumi" / ".pulumi" / "stacks" / "tiny" / "one.json"
    kept.parent.mkdir(parents=True)
    for latest, code in (({"resources": [{}] * 41}, 1), ({}, 0), (None, 0)):
        kept.write_text(
            json.dumps({"version": 3, "checkpoint": {"stack": "organization/tiny/one", "latest": latest}})
        )
        found, output = project.run("preview")
        assert found == code, output
        assert ("stands by the pulumi CLI (41 resources)" in output) is bool(code)


@pytest.mark.parametrize(
    ("verb", "options", "words"),
    [
        ("preview", ["--config", "gcp:project=our-real-project"], "the lab may only touch 'holdfast-lab'"),
        ("preview", ["--config", "nothing"], "write KEY=VALUE"),
        ("up", [], "add --yes"),
        ("up", ["--target", "x"], "No such option"),
    ],
)
def test_what_the_lab_does_not_do_is_refused_in_one_line(
    tmp_path: Path, verb: str, options: list[str], words: str
) -> None:
    code, output = Project(tmp_path, "monitor").run(verb, *options)
    assert code != 0
    assert words in output
    assert "Traceback" not in output
