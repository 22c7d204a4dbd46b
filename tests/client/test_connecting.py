"""From a kubeconfig to a client; what is missing is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.client import NoWay, connect


def kubeconfig(folder: Path, user: dict[str, Any], namespace: str = "mistral") -> str:
    """One context, called hub."""
    document = {
        "current-context": "hub",
        "contexts": [{"name": "hub", "context": {"cluster": "hub", "user": "me", "namespace": namespace}}],
        "clusters": [{"name": "hub", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "me", "user": user}],
    }
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(document))
    return str(file)


def test_the_namespace_is_that_of_the_context_unless_another_is_said(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, {"token": "t"})
    assert connect(kubeconfig=file).namespace == "mistral"
    assert connect("anthropic", kubeconfig=file).namespace == "anthropic"


def test_no_namespace_is_asked_for(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, {"token": "t"}, namespace="")
    with pytest.raises(NoWay, match="nothing was asked: give connect a namespace"):
        connect(kubeconfig=file)


def test_no_kubeconfig_and_no_such_context_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoWay, match=r"none does not exist: say --kubeconfig FILE"):
        connect(kubeconfig=str(tmp_path / "none"))
    with pytest.raises(NoWay, match="no context 'elsewhere'"):
        connect(kubeconfig=kubeconfig(tmp_path, {"token": "t"}), context="elsewhere")


COMMAND = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "give-token"}}


def test_a_command_that_makes_credentials_takes_the_kubernetes_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "holdfast.cluster.transport.kubernetes", None)
    with pytest.raises(NoWay, match=r"says exec, which takes the Kubernetes client: pip install"):
        connect(kubeconfig=kubeconfig(tmp_path, COMMAND))


def test_a_datacenter_is_asked_by_the_context_of_its_name(tmp_path: Path) -> None:
    hub = connect(kubeconfig=kubeconfig(tmp_path, {"token": "t"}))
    assert hub.site("hub").namespace == "mistral"
    with pytest.raises(NoWay, match="no context 'lake-mariner'"):
        hub.site("lake-mariner")
