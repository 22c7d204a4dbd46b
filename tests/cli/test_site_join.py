"""`holdfast site join` on a real server that is hub and site in one: what is written, renewed, refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.people import Person
from tests.guards.server import Server, serving

from holdfast_lab.installation import MANIFESTS, install

pytestmark = pytest.mark.lab
NAME = "lake-mariner"
PLACE = {
    "apiVersion": "holdfast.dev/v1alpha1", "kind": "Datacenter", "metadata": {"name": NAME},
    "spec": {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 360, "lifecycle": "Operational"},
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with manifests/hub and manifests/site, and one datacenter."""
    with serving(tmp_path_factory.mktemp("both"), ("site", "definitions", "hub")) as server:
        assert server.create(PLACE).accepted
        yield server


def join(server: Server, folder: Path, *more: str, name: str = NAME) -> subprocess.CompletedProcess[str]:
    person = Person(server.cluster.kubeconfig("admin"))
    return person.run("site", "join", name, "--to", str(folder), *more)


def test_it_writes_what_an_agent_comes_in_with(both: Server, tmp_path: Path) -> None:
    done = join(both, tmp_path / "agent")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"holdfast agent --datacenter {NAME}" in done.stdout
    for at in ("hub", "site"):
        made = json.loads((tmp_path / "agent" / f"{at}.kubeconfig").read_text())
        assert made["users"][0]["user"] == {"tokenFile": f"{at}.token"}
        assert (tmp_path / "agent" / f"{at}.token").stat().st_mode & 0o77 == 0
    agent = Person(tmp_path / "agent" / "hub.kubeconfig")
    assert agent.run("pools").stderr == "no acceleratorpools in this hub\n"


def test_renewed_there_is_another_token_and_the_same_kubeconfig(both: Server, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    assert join(both, folder).returncode == 0
    before = {file.name: file.read_text() for file in folder.iterdir()}
    assert join(both, folder, "--renew", "--hours", "2").returncode == 0
    after = {file.name: file.read_text() for file in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"hub.token", "site.token"}


def test_a_plugin_takes_the_place_of_a_token_at_the_site(both: Server, tmp_path: Path) -> None:
    assert join(both, tmp_path, "--exec", "gke-gcloud-auth-plugin").returncode == 0
    made = json.loads((tmp_path / "site.kubeconfig").read_text())
    assert made["users"][0]["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
    assert not (tmp_path / "site.token").exists()


def test_a_datacenter_that_the_hub_does_not_know_is_said(both: Server, tmp_path: Path) -> None:
    done = join(both, tmp_path, name="atlantis")
    assert (done.returncode, "no Datacenter atlantis" in done.stderr) == (1, True)


def test_an_error_ends_it_before_anything_is_written(both: Server, tmp_path: Path) -> None:
    role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/holdfast-agent"
    assert both.call("DELETE", role).accepted
    done = join(both, tmp_path / "agent")
    assert (done.returncode, (tmp_path / "agent").exists()) == (1, False)
    assert "kubectl apply --server-side -k manifests/site" in done.stdout
    install(both.cluster, MANIFESTS / "site")
    assert join(both, tmp_path / "agent").returncode == 0
