"""Credentials that are rotated under a running process, against a server that lets in whom it knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cluster.transport.guarded_server import (
    GuardedServer,
    authority,
    client_of,
    kubeconfig,
    serving,
    write,
)

from holdfast.cluster.transport.credentials import LOOK_SECONDS, Credentials
from holdfast.cluster.transport.errors import Refused
from holdfast.cluster.transport.http import Refusal, Request
from holdfast.cluster.transport.identities import ServiceAccount
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.status_errors import check

READ = Request("GET", "/api")
WRITE = Request("POST", "/api", body=b"{}")


class Rotating:
    """A process's way to the server, its clock, its log, and the folder its credentials lie in."""

    def __init__(self, server: GuardedServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.now = 0.0
        self.told: list[str] = []

    def way(self, user: dict[str, Any], **cluster: str) -> KubernetesTransport:
        """A transport that reads this user and cluster from a kubeconfig."""
        address = {"server": f"http://127.0.0.1:{self.server.server_port}", **cluster}
        path = kubeconfig(self.folder, address, user)
        return KubernetesTransport.from_kubeconfig(path, None, lambda: self.now, self.told.append)

    def token(self, text: str) -> None:
        """Rotate the token in its file."""
        (self.folder / "token").write_text(text)

    def later(self) -> None:
        """Let a minute pass."""
        self.now += LOOK_SECONDS


@pytest.fixture
def rotating(tmp_path: Path) -> Iterator[Rotating]:
    with serving(GuardedServer()) as server:
        rotating = Rotating(server, tmp_path)
        rotating.token("AAA\n")
        yield rotating


@pytest.fixture
def way(rotating: Rotating) -> KubernetesTransport:
    return rotating.way({"tokenFile": "token"})


def test_a_token_rotated_in_its_file_is_used_within_a_minute(
    rotating: Rotating, way: KubernetesTransport
) -> None:
    way.call(READ)
    rotating.token("BBB")
    way.call(READ)
    rotating.later()
    way.call(READ)
    assert [who for _, who in rotating.server.asked] == ["AAA", "AAA", "BBB"]


@pytest.mark.parametrize("request_", [READ, WRITE])
def test_a_401_reads_the_token_again_and_sends_once_more(
    rotating: Rotating, way: KubernetesTransport, request_: Request
) -> None:
    rotating.token("BBB")
    rotating.server.known = {"BBB"}
    assert way.call(request_).status == 200
    assert rotating.server.asked == [(request_.method, "AAA"), (request_.method, "BBB")]


def test_a_401_with_the_same_token_is_sent_once_refused_and_told_once_a_minute(
    rotating: Rotating, way: KubernetesTransport
) -> None:
    rotating.server.known = set()
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            check(READ, way.call(READ))
        assert refused.value.status == 401
    assert len(rotating.server.asked) == 3
    assert len(rotating.told) == 1
    assert f"answers 401 to the credential of {rotating.folder / 'token'}" in rotating.told[0]


def test_a_401_with_another_refused_token_is_sent_no_third_time(
    rotating: Rotating, way: KubernetesTransport
) -> None:
    rotating.token("BBB")
    rotating.server.known = set()
    assert way.call(WRITE).status == 401
    assert [who for _, who in rotating.server.asked] == ["AAA", "BBB"]
    assert "renew it, a restart is not needed" in rotating.told[-1]


def test_a_stream_that_is_answered_401_reads_the_token_again(
    rotating: Rotating, way: KubernetesTransport
) -> None:
    rotating.token("BBB")
    rotating.server.known = {"BBB"}
    assert list(way.stream(READ)) == [b"{}"]
    rotating.server.known = set()
    with pytest.raises(Refusal) as refused:
        list(way.stream(READ))
    assert refused.value.reply.status == 401


@pytest.mark.parametrize("text", ["", None])
def test_a_token_that_cannot_be_read_leaves_the_one_before_in_use(
    rotating: Rotating, way: KubernetesTransport, text: str | None
) -> None:
    (rotating.folder / "token").unlink() if text is None else rotating.token(text)
    rotating.later()
    assert way.call(READ).status == 200
    assert "stays in use" in rotating.told[0]
    assert str(rotating.folder / "token") in rotating.told[0]


def test_a_kubeconfig_that_is_rewritten_brings_its_new_token(rotating: Rotating) -> None:
    way = rotating.way({"token": "AAA"})
    way.call(READ)
    rotating.way({"token": "BBB"})
    rotating.later()
    way.call(READ)
    assert [who for _, who in rotating.server.asked] == ["AAA", "BBB"]


def test_a_kubeconfig_that_names_another_server_moves_no_running_process(rotating: Rotating) -> None:
    way = rotating.way({"token": "AAA"})
    rotating.way({"token": "AAA"}, server="http://127.0.0.1:1")
    rotating.later()
    assert way.call(READ).status == 200
    assert "restart to follow it" in rotating.told[0]


def test_a_command_is_asked_again_on_a_401(rotating: Rotating) -> None:
    program = rotating.folder / "program.py"
    program.write_text(
        "import json, pathlib\n"
        f"token = pathlib.Path({str(rotating.folder / 'token')!r}).read_text().strip()\n"
        "status = {'apiVersion': 'client.authentication.k8s.io/v1', 'kind': 'ExecCredential',"
        " 'status': {'token': token}}\n"
        "print(json.dumps(status))\n"
    )
    command = {"command": sys.executable, "args": [str(program)], "interactiveMode": "Never"}
    way = rotating.way({"exec": {"apiVersion": "client.authentication.k8s.io/v1", **command}})
    rotating.token("BBB")
    rotating.server.known = {"BBB"}
    assert way.call(READ).status == 200


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[Rotating]:
    """A server that knows the client certificate of AAA, whose files lie in the folder."""
    signer, server = authority(), GuardedServer()
    server.secured(tmp_path, signer)
    with serving(server):
        write(tmp_path / "me", client_of(signer, "AAA"))
        write(tmp_path / "next", client_of(signer, "BBB"))
        yield Rotating(server, tmp_path)


def certified_way(certified: Rotating) -> KubernetesTransport:
    """By the files of the folder."""
    return certified.way(
        {"client-certificate": "me.crt", "client-key": "me.key"},
        **{"server": f"https://127.0.0.1:{certified.server.server_port}", "certificate-authority": "ca.crt"},
    )


def rotate_certificate(certified: Rotating) -> None:
    """Put the next certificate and key into the files."""
    for suffix in ("crt", "key"):
        (certified.folder / f"next.{suffix}").replace(certified.folder / f"me.{suffix}")


def test_a_client_certificate_rotated_in_its_files_is_shown_within_a_minute(certified: Rotating) -> None:
    way = certified_way(certified)
    way.call(READ)
    rotate_certificate(certified)
    way.call(READ)
    certified.later()
    way.call(READ)
    assert [who for _, who in certified.server.asked] == ["AAA", "AAA", "BBB"]


def test_a_401_reads_the_client_certificate_again_and_sends_once_more(certified: Rotating) -> None:
    way = certified_way(certified)
    way.call(READ)
    rotate_certificate(certified)
    certified.server.known = {"BBB"}
    assert way.call(WRITE).status == 200
    certified.server.known = set()
    assert way.call(READ).status == 401
    assert str(certified.folder / "me.crt") in certified.told[-1]


def test_a_ca_bundle_that_is_rewritten_is_trusted_within_a_minute(certified: Rotating) -> None:
    way = certified_way(certified)
    with (certified.folder / "ca.crt").open("ab") as bundle:
        bundle.write(authority().certificate)
    certified.later()
    assert way.call(READ).status == 200
    assert "has changed" in certified.told[0]


def test_a_pods_token_and_ca_are_read_again(certified: Rotating, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(certified.server.server_port))
    certified.token("AAA")
    account = ServiceAccount(str(certified.folder / "token"), str(certified.folder / "ca.crt"))
    way = KubernetesTransport(Credentials(account.load, lambda: certified.now, certified.told.append))
    way.call(READ)
    certified.token("BBB")
    certified.later()
    way.call(READ)
    certified.token("CCC")
    certified.server.known = {"CCC"}
    assert way.call(WRITE).status == 200
    assert [who for _, who in certified.server.asked] == ["AAA", "BBB", "BBB", "CCC"]
