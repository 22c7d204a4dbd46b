"""`holdfast lab cloud`: faults and what the cloud holds, as a person sees them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast_lab.cloud.cli import cloud as app
from holdfast_lab.cloud.google import GoogleCloud


@pytest.fixture
def lab(cloud: GoogleCloud) -> Path:
    cloud.create("gcp:compute/network:Network", "urn:net", {"name": "net", "project": "holdfast-lab"})
    return cloud.store.folder


def run(lab: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--state", str(lab)])
    assert done.exit_code == 0, done.output
    return done.output


def test_faults_are_set_listed_and_lifted(lab: Path) -> None:
    run(lab, "fault", "stock-out", "tpu7x-a-*")
    run(lab, "fault", "partial", "gb300-a-domain-00", "7")
    run(lab, "fault", "slow", "1.5")
    assert run(lab, "fault", "list").splitlines() == [
        "partial    gb300-a-domain-00 7.0",
        "slow       * 1.5",
        "stock-out  tpu7x-a-*",
    ]
    assert run(lab, "fault", "clear", "slow") == "1 faults lifted\n"
    assert run(lab, "fault", "clear") == "2 faults lifted\n"


def test_what_the_cloud_holds_is_shown_as_table_and_json(lab: Path) -> None:
    assert run(lab, "list").split() == ["Network", "net", "RUNNING"]
    (shown,) = json.loads(run(lab, "list", "-o", "json"))
    assert shown["id"] == "projects/holdfast-lab/global/networks/net"


def test_calls_are_shown_with_how_they_ended(lab: Path) -> None:
    assert "create  ok       Network net" in run(lab, "calls")
    assert json.loads(run(lab, "calls", "-o", "json"))[0]["urn"] == "urn:net"


def test_a_slice_controller_is_told_to_misbehave_by_the_name_of_a_cube(lab: Path) -> None:
    run(lab, "fault", "slice", "hang", "tpu7x-a-*")
    assert "slice-hang tpu7x-a-*" in run(lab, "fault", "list")
    assert run(lab, "fault", "clear", "slice-hang") == "1 faults lifted\n"


def test_a_host_that_is_nowhere_cannot_fail(lab: Path) -> None:
    done = CliRunner().invoke(app, ["fault", "host", "gke-a-00", "--state", str(lab)])
    assert done.exit_code == 1
    assert "no cluster of this lab has a Node gke-a-00" in done.output


UNKNOWN = {
    "a fault": (["fault", "eclipse"], "there are stock-out, partial, slow, slice, host, clear, list"),
    "a kind to lift": (["fault", "clear", "eclipse"], "'stock-out', 'partial', 'slow', 'slice-fail'"),
    "a target to lift": (["fault", "clear", "slow", "b"], "no slow b is in force, so nothing was lifted"),
    "a question": (["lists"], "there are list, calls, fault"),
    "an output": (["list", "-o", "yaml"], "'table', 'json'"),
}


@pytest.mark.parametrize(("words", "known"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_is_unknown_is_refused_naming_what_is_known_and_faults_stay(
    lab: Path, words: list[str], known: str
) -> None:
    run(lab, "fault", "slow", "1.5")
    done = CliRunner().invoke(app, [*words, "--state", str(lab)])
    assert done.exit_code != 0
    assert known in re.sub(r"[│\s]+", " ", done.output)
    assert run(lab, "fault", "clear", "slow") == "1 faults lifted\n"
