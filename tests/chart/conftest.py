"""Charts as `make release` writes them, helm as `make chart-test` builds it, and real API servers to install into."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.guards.server import Server

from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.process_control.supervision import stop
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress
from holdfast_lab.release.charts import write_charts
from holdfast_lab.release_tools import tool
from holdfast_lab.starting import start_missing_clusters
from holdfast_lab.state import RecordFile, StateFolder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """None of it is run unless it is asked for."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.chart)


@dataclass(frozen=True, slots=True)
class Helm:
    """helm, as administrator of one cluster or of none, with a home of its own."""

    home: Path
    kubeconfig: Path | None = None

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What it says."""
        chosen = {"KUBECONFIG": str(self.kubeconfig)} if self.kubeconfig else {}
        surroundings = {
            **os.environ,
            "HELM_CACHE_HOME": str(self.home),
            "HELM_CONFIG_HOME": str(self.home),
            **chosen,
        }
        argv = [str(tool("helm")), *words]
        return subprocess.run(argv, capture_output=True, text=True, check=False, env=surroundings)

    def must(self, *words: str) -> str:
        """The same, where it must succeed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def kubectl() -> Path:
    """The lab's."""
    return ensure_programs(Progress()) / "kubectl"


@pytest.fixture(scope="session")
def charts(kubectl: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every chart by its name."""
    written: Sequence[Path] = write_charts(kubectl, tmp_path_factory.mktemp("charts"), "0.1.0")
    return {folder.name: folder for folder in written}


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """With no cluster."""
    return Helm(tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A cluster on which nothing of ours is installed."""
    state = StateFolder.at(tmp_path_factory.mktemp("empty"))
    state.create()
    start_missing_clusters(state, (), Progress())
    server = Server(Cluster(HUB, state, RecordFile(state).read().clusters[HUB].ports))
    try:
        yield server
    finally:
        server.close()
        for group in RecordFile(state).read().stop_order():
            stop(group)
