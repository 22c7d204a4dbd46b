"""Kubeconfig files: who talks to which cluster."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from holdfast_lab.certificates import KeyPair
from holdfast_lab.state import write_whole


@dataclass(frozen=True, slots=True)
class Access:
    """One context: a cluster, and a certificate or a token to enter it with."""

    context: str
    endpoint: str
    authority: bytes
    credential: KeyPair | str
    namespace: str = "default"


def write_kubeconfig(path: Path, accesses: Sequence[Access]) -> None:
    """Write the contexts to a file for its owner alone; the first is the current one."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": accesses[0].context,
        "clusters": [{"name": each.context, "cluster": _cluster(each)} for each in accesses],
        "users": [{"name": each.context, "user": _user(each.credential)} for each in accesses],
        "contexts": [{"name": each.context, "context": _context(each)} for each in accesses],
    }
    write_whole(path, yaml.safe_dump(content, sort_keys=False).encode())


def _cluster(access: Access) -> dict[str, str]:
    return {"server": access.endpoint, "certificate-authority-data": _encoded(access.authority)}


def _user(credential: KeyPair | str) -> dict[str, str]:
    if isinstance(credential, str):
        return {"token": credential}
    return {
        "client-certificate-data": _encoded(credential.certificate),
        "client-key-data": _encoded(credential.key),
    }


def _context(access: Access) -> dict[str, str]:
    return {"cluster": access.context, "user": access.context, "namespace": access.namespace}


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
