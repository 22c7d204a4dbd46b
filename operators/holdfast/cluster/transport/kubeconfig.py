"""What a kubeconfig says plainly: where a server is and as whom to ask it, read without the Kubernetes client.

What takes more than reading (a command that makes credentials, a proxy, impersonation) is NotPlain: ask the client.
Files are merged as kubectl merges them: what is named first counts, and a relative path stands beside its own file.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from holdfast.cluster.transport import plain_yaml

DEFAULT_FILE = "~/.kube/config"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_CLUSTER_KEYS = frozenset(
    {
        "server",
        "certificate-authority",
        "certificate-authority-data",
        "insecure-skip-tls-verify",
        "extensions",
    }
)
_USER_KEYS = frozenset(
    {
        "client-certificate",
        "client-certificate-data",
        "client-key",
        "client-key-data",
        "token",
        "tokenFile",
        "extensions",
    }
)


Documents = list[tuple[Mapping[str, Any], Path]]
"""Each file's content, with the folder it stands in."""


class NotPlain(Exception):
    """It asks for more than can be read from it: a command, a proxy, impersonation, a pod's own account."""


class NoKubeconfig(Exception):
    """No server is named by what was given; the message says what is missing where."""


@dataclass(frozen=True, slots=True)
class ServerAccess:
    """A server and an identity. Certificates and keys are PEM text; empty is none."""

    server: str
    authority: str = ""
    verified: bool = True
    certificate: str = ""
    key: str = ""
    token: str = ""
    namespace: str = ""
    """The context's; empty where it names none, or `default`."""


def access(path: str | None, context: str | None) -> ServerAccess:
    """The access a kubeconfig gives, chosen as kubectl would. Raises NotPlain, NoKubeconfig, OSError."""
    files = path or os.environ.get("KUBECONFIG")
    if files is None and context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        raise NotPlain("this is a pod without a kubeconfig")
    if any(os.environ.get(name) for name in PROXIES):
        raise NotPlain("the environment names a proxy")
    return _access(*_chosen(files or DEFAULT_FILE, context))


def access_said(text: str, context: str | None) -> ServerAccess:
    """The access that a kubeconfig's text gives; a relative path in it starts here, and no proxy is asked.

    Raises NotPlain, NoKubeconfig, OSError.
    """
    try:
        read = _document(text)
    except ValueError as error:
        raise NoKubeconfig(f"that is no kubeconfig: {' '.join(str(error).split())}") from error
    if not isinstance(read, Mapping):
        raise NoKubeconfig("that is no kubeconfig: it holds no mapping")
    return _access([(read, Path.cwd())], context or str(read.get("current-context") or ""))


def namespace_of(path: str | None, context: str | None) -> str:
    """The namespace that the context names; empty where it names none or `default`. Raises NoKubeconfig, OSError."""
    documents, chosen = _chosen(path or os.environ.get("KUBECONFIG") or DEFAULT_FILE, context)
    return _namespace(_named(documents, "contexts", "context", chosen)[0])


def _namespace(context: Mapping[str, Any]) -> str:
    named = str(context.get("namespace") or "")
    return "" if named == "default" else named


def _chosen(files: str, context: str | None) -> tuple[Documents, str]:
    """What the files say, and the context that is meant."""
    documents = list(_read(files))
    chosen = context or next(
        (one["current-context"] for one, _ in documents if one.get("current-context")), ""
    )
    if not documents:
        raise NoKubeconfig(f"{_none_of(files)}: say --kubeconfig FILE, or set KUBECONFIG")
    if not chosen:
        raise NoKubeconfig(f"{files} names no current context: say --context, or --kubeconfig FILE")
    return documents, str(chosen)


def _none_of(files: str) -> str:
    named = list(filter(None, files.split(os.pathsep)))
    return f"none of {', '.join(named)} exists" if len(named) > 1 else f"{files} does not exist"


def _read(files: str) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Each file there is, with the folder it stands in."""
    for file in filter(None, files.split(os.pathsep)):
        place = Path(file).expanduser()
        if place.exists():
            try:
                read = _document(place.read_text(encoding="utf-8"))
            except ValueError as error:
                raise NoKubeconfig(f"{file} is no kubeconfig: {' '.join(str(error).split())}") from error
            if not isinstance(read, Mapping):
                raise NoKubeconfig(f"{file} is no kubeconfig: it holds no mapping")
            yield read, place.absolute().parent


def _document(text: str) -> Any:
    """What a file says; the library is loaded only for what kubectl would have written otherwise. Raises ValueError."""
    found = plain_yaml.read(text)
    if found is not None:
        return found
    yaml = import_module("yaml")
    try:
        return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _access(documents: Documents, context: str) -> ServerAccess:
    chosen, _ = _named(documents, "contexts", "context", context)
    cluster, cluster_folder = _named(documents, "clusters", "cluster", str(chosen.get("cluster")))
    user, user_folder = (
        _named(documents, "users", "user", str(chosen.get("user"))) if chosen.get("user") else ({}, Path())
    )
    odd = sorted((set(cluster) - _CLUSTER_KEYS) | (set(user) - _USER_KEYS))
    if odd:
        raise NotPlain(f"context {context} says {', '.join(odd)}")
    return ServerAccess(
        server=str(cluster.get("server", "")).rstrip("/"),
        authority=_text(cluster, "certificate-authority", cluster_folder),
        verified=not cluster.get("insecure-skip-tls-verify"),
        certificate=_text(user, "client-certificate", user_folder),
        key=_text(user, "client-key", user_folder),
        token=_token(user, user_folder),
        namespace=_namespace(chosen),
    )


def _named(documents: Documents, section: str, kind: str, name: str) -> tuple[Mapping[str, Any], Path]:
    for document, folder in documents:
        for one in document.get(section) or ():
            if one.get("name") == name:
                return one.get(kind) or {}, folder
    raise NoKubeconfig(f"no {kind} {name!r} is in the kubeconfig: kubectl config get-contexts lists what is")


def _text(said: Mapping[str, Any], key: str, folder: Path) -> str:
    """A PEM text that stands in the file itself, or in a file it names."""
    inline = said.get(f"{key}-data")
    if inline:
        try:
            return base64.b64decode("".join(str(inline).split()), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise NoKubeconfig(f"{key}-data is not base64 of a PEM text: {error}") from error
    return (folder / said[key]).read_text() if said.get(key) else ""


def _token(user: Mapping[str, Any], folder: Path) -> str:
    if user.get("token"):
        return str(user["token"])
    return (folder / user["tokenFile"]).read_text().strip() if user.get("tokenFile") else ""
