"""Rules and scraping, as the Prometheus operator's own kinds take them: its definitions come from its Go module."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.guards.server import DEFINITIONS, Server, serving
from tests.house.sources import ROOT
from tests.house.test_alerts import RULES

from holdfast_lab.building import cache_folder
from holdfast_lab.go_toolchain import find_go
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress
from holdfast_lab.testing import eventually

MODULE = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
SUM = "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="
KINDS = ("prometheusrules", "podmonitors")
SERVED = "/apis/monitoring.coreos.com/v1"
OF_OURS = "/namespaces/holdfast-system"


def definitions() -> list[Any]:
    """The two kinds, as the module has them; nothing of it is built."""
    go = find_go(ROOT / "tools" / "prometheus", cache_folder(), Progress())
    done = subprocess.run(
        [str(go), "mod", "download", "-json", MODULE], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)
    assert found.get("Sum") == SUM, found
    folder = Path(found["Dir"]) / "example" / "prometheus-operator-crd"
    return [yaml.safe_load((folder / f"monitoring.coreos.com_{kind}.yaml").read_text()) for kind in KINDS]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub in whose cluster the Prometheus operator was installed before."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        for one in definitions():
            assert server.call("POST", DEFINITIONS, one).message == ""
        for kind in KINDS:
            eventually(lambda kind=kind: server.call("GET", f"{SERVED}/{kind}").accepted)  # type: ignore[misc]
        yield server


def test_one_command_loads_the_rules_and_has_the_pods_scraped(hub: Server) -> None:
    argv = [str(ensure_programs(Progress()) / "kubectl"), f"--kubeconfig={hub.cluster.kubeconfig('admin')}"]
    argv += ["apply", "--server-side", "--validate=strict", "-k", str(ROOT / "manifests" / "monitoring")]
    for _ in range(2):
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    stored = hub.call("GET", f"{SERVED}{OF_OURS}/prometheusrules/holdfast").document["spec"]
    assert stored["groups"][0]["rules"] == RULES


@pytest.mark.parametrize("place", ["hub/planner", "site/agent"])
def test_the_pods_that_are_chosen_have_the_port_that_is_scraped(hub: Server, place: str) -> None:
    monitor = hub.call("GET", f"{SERVED}{OF_OURS}/podmonitors/holdfast").document["spec"]
    documents = yaml.safe_load_all((ROOT / "manifests/overlays/in-cluster" / f"{place}.yaml").read_text())
    (pod,) = [one["spec"]["template"] for one in documents if one["kind"] == "Deployment"]
    assert monitor["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    ports = {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
    assert {one["port"] for one in monitor["podMetricsEndpoints"]} <= ports
