"""Kubeconfigs as they are read without the client: what is plain, what is not, and what is wrong."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.cluster.transport.kubeconfig import (
    PROXIES,
    NoKubeconfig,
    NotPlain,
    access,
    access_said,
    namespace_of,
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment decides."""
    for name in (*PROXIES, "KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)


def write(folder: Path, name: str = "config", *, user: Any = None, cluster: Any = None, **more: Any) -> Path:
    """A kubeconfig of one context, called like its file."""
    content = {
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}:6443/", **(cluster or {})}}],
        "users": [{"name": name, "user": user or {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": f"of-{name}"}}],
        **more,
    }
    file = folder / name
    file.write_text(yaml.safe_dump(content))
    return file


def test_server_namespace_and_token_are_read(tmp_path: Path) -> None:
    file = str(write(tmp_path, user={"token": "t"}))
    read = access(file, None)
    assert (read.server, read.token, read.verified) == ("https://config:6443", "t", True)
    assert namespace_of(file, None) == read.namespace == "of-config"


def test_the_default_namespace_is_none(tmp_path: Path) -> None:
    contexts = [{"name": "config", "context": {"namespace": "default"}}]
    assert namespace_of(str(write(tmp_path, contexts=contexts)), None) == ""


def test_files_stand_beside_their_kubeconfig(tmp_path: Path) -> None:
    for name in ("ca", "crt", "key", "token"):
        (tmp_path / name).write_text(f"{name}\n")
    user = {"client-certificate": "crt", "client-key": "key", "tokenFile": "token"}
    read = access(str(write(tmp_path, user=user, cluster={"certificate-authority": "ca"})), None)
    assert (read.authority, read.certificate, read.key, read.token) == ("ca\n", "crt\n", "key\n", "token")


def test_what_stands_in_the_file_itself_comes_first(tmp_path: Path) -> None:
    inline = {
        "certificate-authority-data": base64.b64encode(b"PEM").decode(),
        "certificate-authority": "/nowhere",
    }
    assert access(str(write(tmp_path, cluster=inline)), None).authority == "PEM"


def test_several_files_are_one_and_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write(tmp_path, "a"), tmp_path / "missing", write(tmp_path, "b")]
    monkeypatch.setenv("KUBECONFIG", ":".join(map(str, files)))
    assert access(None, None).server == "https://a:6443"
    assert access(None, "b").server == "https://b:6443"


@pytest.mark.parametrize(
    ("user", "cluster"),
    [
        ({"exec": {"command": "gke-gcloud-auth-plugin"}}, {}),
        ({"as": "somebody"}, {}),
        ({}, {"proxy-url": "http://proxy"}),
        ({}, {"tls-server-name": "hub"}),
    ],
)
def test_what_takes_more_than_reading_is_left_to_the_client(tmp_path: Path, user: Any, cluster: Any) -> None:
    with pytest.raises(NotPlain):
        access(str(write(tmp_path, user=user, cluster=cluster)), None)


def test_a_proxy_or_a_pod_is_left_to_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    with pytest.raises(NotPlain):
        access(None, None)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    with pytest.raises(NotPlain):
        access(str(write(tmp_path)), None)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("[1]")
    empty = tmp_path / "empty"
    empty.write_text("kind: Config")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for file, context, says in (
        (tmp_path / "list", None, "holds no mapping"),
        (tmp_path / "bytes", None, "is no kubeconfig"),
        (tmp_path / "none", None, f"{tmp_path}/none does not exist: say"),
        (tmp_path / "none", "other", f"{tmp_path}/none does not exist: say"),
        (f"{tmp_path}/none:{tmp_path}/neither", None, f"none of {tmp_path}/none, {tmp_path}/neither exists"),
        (f"{tmp_path}/none:{empty}", None, "names no current context"),
        (write(tmp_path, "a"), "other", "no context 'other'"),
        (write(tmp_path, "b", clusters=[]), None, "no cluster 'b'"),
        (write(tmp_path, "c", cluster={"certificate-authority-data": "%"}), None, "is not base64"),
    ):
        with pytest.raises(NoKubeconfig, match=says):
            access(str(file), context)


def test_a_text_gives_the_access_that_its_file_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, user={"token": "t"})
    assert access_said(file.read_text(), None) == access(str(file), None)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert access_said(file.read_text(), "config").server == "https://config:6443"


@pytest.mark.parametrize(
    ("text", "says"), [("- a", "no mapping"), ("a: [", "no kubeconfig"), ("a: b", "no context")]
)
def test_a_text_that_is_no_kubeconfig_is_told(text: str, says: str) -> None:
    with pytest.raises(NoKubeconfig, match=says):
        access_said(text, None)
