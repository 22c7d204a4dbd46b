"""A hub whose tenant and engineer may do what the documents tell them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from tests.cli.people import give_rights
from tests.docs.dates import current, lay_out
from tests.documents import Document, document, pool
from tests.guards.stage import Stage, staged
from tests.house.sources import ROOT

from holdfast_lab import clock
from holdfast_lab.certificates import Subject, issue
from holdfast_lab.control_plane.keys import read_pair
from holdfast_lab.control_plane.kubeconfigs import access
from holdfast_lab.kubeconfig import write_kubeconfig
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress

CUBES = {f"cube-{i:03d}": {"health": "Healthy", "hosts": 16, "hostsReady": 16} for i in range(48)}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who follows the documents: a folder that looks like the repository, and a kubeconfig for each role."""

    folder: Path
    kubeconfigs: Mapping[str, Path]

    def surroundings(self, place: str) -> dict[str, str]:
        """The environment of a block."""
        found = {key: value for key, value in os.environ.items() if key != "KUBECONFIG"}
        path = os.pathsep.join(
            [str(ROOT / ".venv" / "bin"), str(self.folder / "programs"), os.environ["PATH"]]
        )
        ours = {**found, "PATH": path, "HOME": str(self.folder)}
        return {**ours, "KUBECONFIG": str(self.kubeconfigs[place])} if place in self.kubeconfigs else ours


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A real hub with an operator, and the datacenter and the pool of which the documents speak.

    It is told as under construction, for an operational one without an agent is silent after 40 seconds.
    """
    with staged(tmp_path_factory.mktemp("hub"), "--absence-seconds=1") as stage:
        site = {
            "siteKind": "gke",
            "region": "us-east4",
            "powerMegawatts": 9,
            "lifecycle": "UnderConstruction",
        }
        declared = {unit: {"nodePool": f"tpu7x-a-{unit}"} for unit in CUBES}
        stage.make(document("Datacenter", "lake-mariner", site))
        stage.make(
            pool("lake-mariner.tpu7x-a", datacenter="lake-mariner", units=declared, spares={"count": 0})
        )
        stage.make(
            document("PoolReport", "lake-mariner.tpu7x-a", {"datacenter": "lake-mariner", "units": CUBES})
        )
        give_rights(stage, "mistral")
        stage.make(first_example())
        yield stage


def first_example() -> Document:
    """The reservation that the README shows, and of which other pages speak."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found: Document = yaml.safe_load(current(text).partition("```yaml\n")[2].partition("```")[0])
    return found


@pytest.fixture(scope="session")
def reader(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Somebody in a fresh clone, so to say, who has both kubeconfigs."""
    folder = tmp_path_factory.mktemp("reader")
    lay_out(folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "programs").symlink_to(ensure_programs(Progress()))
    people = {
        "tenant": (Subject("mila", groups=("mistral",)), "mistral"),
        "engineer": (Subject("ada", groups=("holdfast:platform-engineers",)), "default"),
    }
    for role, (subject, namespace) in people.items():
        pair = issue(read_pair(stage.server.cluster, "cluster-authority"), subject, clock.now())
        way = replace(access(stage.server.cluster, pair, "hub"), namespace=namespace)
        write_kubeconfig(folder / f"{role}.kubeconfig", [way])
    return Reader(folder, {role: folder / f"{role}.kubeconfig" for role in people})
