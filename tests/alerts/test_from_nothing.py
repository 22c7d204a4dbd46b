"""From two clusters with nothing in them to a datacenter that has joined, its alerts loaded: by the pages alone.

What is typed stands in them under `<!-- run: bare -->`, and is typed in their order into one shell. `pulumi` is the
lab's engine under that name; the hosts are the lab's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.alerts.prometheus import Prometheus
from tests.docs.blocks import blocks
from tests.docs.dates import current, lay_out
from tests.house.sources import ROOT
from tests.house.test_alerts import RULES

from holdfast_lab.control_plane.cluster import HUB
from holdfast_lab.control_plane.keys import read_pair
from holdfast_lab.control_plane.kubeconfigs import access
from holdfast_lab.credentials import write_people
from holdfast_lab.kubeconfig import write_kubeconfig
from holdfast_lab.lab import down
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress
from holdfast_lab.release_tools import tool
from holdfast_lab.running import Lab, open_lab
from holdfast_lab.starting import start_missing_clusters
from holdfast_lab.state import StateFolder
from holdfast_lab.testing import eventually, platform_engineer

SITE = "lake-mariner"
PAGES = ("docs/install.md", "docs/joining-a-site.md")
READ_THROUGH = [block for page in PAGES for block in blocks() if (block.page, block.what) == (page, "bare")]
TYPED = sorted(READ_THROUGH, key=lambda block: "prometheus.yaml" in block.commands)
"""That of the alerts comes last: it scrapes the agent, which the second page starts."""
OVER = "jobs -p > pids; touch walked; wait"
PATIENCE_SECONDS = 600
PORT = 9090


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A hub and a datacenter as they are born: control planes, and nobody's objects."""
    state = StateFolder.at(tmp_path_factory.mktemp("bare"))
    state.create()
    start_missing_clusters(state, [SITE], Progress())
    try:
        lab = open_lab(state.root)
        write_people(state, lab.clusters, {})
        yield lab
    finally:
        down(state.root)


@dataclass(frozen=True, slots=True)
class Walk:
    """A shell into which the pages were typed, in its folder."""

    folder: Path
    shell: subprocess.Popen[bytes]

    def said(self) -> str:
        """The end of what went on in it."""
        return (self.folder / "typed.log").read_text()[-4000:]

    def over(self) -> bool:
        """Whether all was typed; a command that failed ends the shell."""
        assert self.shell.poll() is None, self.said()
        return (self.folder / "walked").exists()


@pytest.fixture(scope="module")
def walk(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The administrator of both clusters, who has followed the pages to their end."""
    folder = tmp_path_factory.mktemp("walk")
    lay_out(folder)
    for name in (".venv", "Pulumi.yaml"):
        (folder / name).symlink_to(ROOT / name)
    script = "\n".join(["set -euxo pipefail", *(current(block.commands) for block in TYPED), OVER])
    with (folder / "typed.log").open("wb") as log:
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=folder, env=surroundings(lab, folder), stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    walk = Walk(folder, shell)
    try:
        eventually(walk.over, PATIENCE_SECONDS)
        yield walk
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(20)


def surroundings(lab: Lab, folder: Path) -> dict[str, str]:
    """What an administrator has: both contexts, that of the hub the current one, and the programs on PATH."""
    admins = [access(lab.clusters[name], read_pair(lab.clusters[name], "admin")) for name in (HUB, SITE)]
    write_kubeconfig(folder / "kubeconfig", admins)
    programs = folder / "programs"
    programs.mkdir()
    (programs / "kubectl").symlink_to(ensure_programs(Progress()) / "kubectl")
    (programs / "prometheus").symlink_to(tool("prometheus"))
    engine = programs / "pulumi"
    lab_engine = f'{sys.executable} -m holdfast lab pulumi --state {lab.state.root} up "$3" --yes'
    engine.write_text(
        f'#!/bin/sh\n[ "$1 $2 $4" = "up --stack --yes" ] || exit 64\n'
        f'PATH="{os.environ["PATH"]}" exec {lab_engine}\n'
    )
    engine.chmod(0o755)
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "HOME": str(folder), "KUBECONFIG": str(folder / "kubeconfig")}


@pytest.fixture(scope="module")
def prometheus(walk: Walk) -> Prometheus:
    """The one that the page has started."""
    server = Prometheus(PORT, walk.folder / "none")
    eventually(server.ready)
    return server


def test_every_page_with_such_a_block_is_followed() -> None:
    assert {block.page for block in blocks() if block.what == "bare"} == set(PAGES)


def test_the_datacenter_has_joined_and_its_hosts_are_counted(walk: Walk, lab: Lab) -> None:
    assert "nothing is wrong" in walk.said()
    engineer = platform_engineer(lab)
    (site,) = engineer.get("datacenters")["items"]
    assert site["status"]["conditions"][0]["reason"] == "Reachable"
    eventually(lambda: engineer.get("acceleratorpools")["items"][0]["status"]["capacity"]["healthy"] == 6, 90)


def test_operator_and_agent_are_scraped(prometheus: Prometheus) -> None:
    eventually(lambda: bool(prometheus.query("holdfast_leading == 1")), 60)
    eventually(lambda: bool(prometheus.query('holdfast_agent_turns_total{outcome="done"} > 0')), 60)


def test_every_alert_is_loaded_and_evaluated(prometheus: Prometheus) -> None:
    eventually(lambda: all(rule["health"] == "ok" for rule in prometheus.rules()), 60)
    assert {rule["name"] for rule in prometheus.rules()} == {rule["alert"] for rule in RULES}


def test_an_alert_begins_to_stand_when_the_operator_is_gone(walk: Walk, prometheus: Prometheus) -> None:
    eventually(lambda: "HoldfastNobodyLeads" not in prometheus.standing(), 60)
    operator = int((walk.folder / "pids").read_text().split()[0])
    os.kill(operator, signal.SIGKILL)
    eventually(lambda: "HoldfastNobodyLeads" in prometheus.standing(), 90)
