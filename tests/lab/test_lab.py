"""A lab that runs: who may enter, that `up` repeats, repairs and joins, and what `down` leaves."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from holdfast_lab.commands import exports
from holdfast_lab.credentials import Clusters
from holdfast_lab.installation import install
from holdfast_lab.lab import status, up
from holdfast_lab.process_control.supervision import Command, Process, is_alive, strays
from holdfast_lab.running import Lab, open_lab
from holdfast_lab.state import RecordFile, StateFolder
from holdfast_lab.testing import Kubectl, admin, eventually, person_of, platform_engineer, running_lab

pytestmark = pytest.mark.lab
SITE = "lake-mariner"


def sleeper(_: StateFolder, __: Clusters) -> list[Command]:
    return [Command("operator", ("/bin/sleep", "600"))]


def whoami(kubectl: Kubectl) -> tuple[str, set[str]]:
    user = yaml.safe_load(kubectl.run("auth", "whoami", "-o", "yaml"))["status"]["userInfo"]
    return user["username"], set(user["groups"]) - {"system:authenticated"}


def processes(lab: Lab) -> list[Process]:
    return RecordFile(lab.state).read().processes()


def up_again(lab: Lab) -> Lab:
    return up(lab.state.root, [SITE], manifests=Path("/nonexistent"), process_sets=())


def test_every_cluster_is_ready_with_all_its_programs(lab: Lab) -> None:
    clusters = status(lab.state.root)
    assert [(cluster.name, cluster.ready) for cluster in clusters] == [("hub", True), (SITE, True)]
    assert {each.name for each in clusters[0].processes} == {
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
    }


def test_in_a_shell_with_the_exports_kubectl_is_the_platform_engineer(lab: Lab) -> None:
    script = (
        exports(lab.state, Path(sys.executable).parent) + "\nkubectl auth whoami -o name; kubectl version"
    )
    answer = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert "Server Version" in answer.stdout
    assert whoami(platform_engineer(lab)) == ("platform-engineer", {"holdfast:platform-engineers"})


def test_a_platform_engineer_administers_a_site_and_nothing_unasked_on_the_hub(lab: Lab) -> None:
    allowed = ("auth", "can-i", "create", "nodes")
    assert platform_engineer(lab, SITE).attempt(*allowed).returncode == 0
    assert platform_engineer(lab, "hub").attempt(*allowed).returncode != 0


def test_a_tenants_person_is_of_its_group_everywhere(lab: Lab) -> None:
    assert whoami(person_of(lab, "mistral")) == ("mistral", {"mistral"})
    assert whoami(person_of(lab, "mistral", SITE)) == ("mistral", {"mistral"})


def test_planner_and_agent_enter_as_their_service_accounts(lab: Lab) -> None:
    planner = Kubectl(lab, lab.state.credentials / "planner.kubeconfig")
    agent = lab.state.credentials / f"agent-{SITE}.kubeconfig"
    assert whoami(planner)[0] == "system:serviceaccount:holdfast-system:planner"
    assert whoami(Kubectl(lab, agent, "hub"))[0] == f"system:serviceaccount:holdfast-agents:{SITE}"
    assert whoami(Kubectl(lab, agent, "site"))[0] == "system:serviceaccount:holdfast-system:agent"


def test_manifests_are_applied_and_their_kinds_served(lab: Lab, tmp_path: Path) -> None:
    definition = Path(__file__).parent / "widget.yaml"
    (tmp_path / "1-kinds.yaml").write_text(definition.read_text())
    (tmp_path / "2-widget.yaml").write_text(
        "{apiVersion: lab.test/v1, kind: Widget, metadata: {name: first, namespace: default}}"
    )
    assert install(lab.clusters["hub"], tmp_path)
    assert admin(lab, "hub").run("get", "widget", "first", "-n", "default", "-o", "name")
    assert not install(lab.clusters["hub"], tmp_path / "none")


def test_up_on_a_healthy_lab_changes_nothing(lab: Lab) -> None:
    before = processes(lab)
    assert up_again(lab).clusters == lab.clusters
    assert processes(lab) == before


def test_up_repairs_a_killed_store_and_keeps_what_it_held(lab: Lab) -> None:
    hub = admin(lab, "hub")
    hub.run("create", "configmap", "kept")
    etcd = RecordFile(lab.state).read().clusters["hub"].processes["etcd"]
    os.kill(etcd.pid, signal.SIGKILL)
    eventually(lambda: not status(lab.state.root)[0].ready)
    assert open_lab(lab.state.root).clusters.keys() == up_again(lab).clusters.keys()
    assert all(cluster.ready for cluster in status(lab.state.root))
    assert hub.run("get", "configmap", "kept", "-o", "name")


def test_a_hub_whose_operator_has_ended_is_not_ready_until_up_starts_it_again(tmp_path: Path) -> None:
    with running_lab(tmp_path, [], [sleeper], tmp_path / "none"):
        assert (status(tmp_path)[0].processes[-1].name, status(tmp_path)[0].ready) == ("operator", True)
        os.kill(status(tmp_path)[0].processes[-1].pid, signal.SIGKILL)
        eventually(lambda: not status(tmp_path)[0].ready)
        up(tmp_path, [], [sleeper], manifests=tmp_path / "none")
        assert status(tmp_path)[0].ready


def test_down_leaves_no_process_and_keeps_the_logs(tmp_path: Path) -> None:
    with running_lab(tmp_path, [], [sleeper], tmp_path / "none") as lab:
        started = processes(lab)
        assert len(started) == 4
        assert all(map(is_alive, started))
    assert not any(map(is_alive, started))
    assert strays(tmp_path) == []
    assert (tmp_path / "logs" / "hub-etcd.log").exists()
    assert not (tmp_path / "clusters").exists()


def test_an_interrupted_up_leaves_nothing_running(tmp_path: Path) -> None:
    listening = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a job's may be ignored
    )
    script = f"{listening}; from holdfast_lab.cli import lab; lab(['up', '--state', {str(tmp_path)!r}, '--sites', ''])"
    command = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    eventually(lambda: len(strays(tmp_path)) > 0)
    command.send_signal(signal.SIGINT)
    said = command.communicate(timeout=30)[1]
    assert (command.returncode, strays(tmp_path)) == (130, [])
    assert "interrupted" in said
    assert shlex.split(said)  # words, no traceback
