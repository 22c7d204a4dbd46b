"""Where a credential comes from: a context of a kubeconfig, or the ServiceAccount of the pod this runs in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes.client import Configuration
from kubernetes.config import ConfigException, incluster_config, kube_config

from holdfast.cluster.transport.credentials import Loaded

_from_file: Any = kube_config
_from_pod: Any = incluster_config
"""The client leaves both untyped."""

_CONNECTIONS = 32
"""Kept open at once: one for each watch, and some for calls."""


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """One context of a kubeconfig, or of several files that KUBECONFIG lists."""

    path: str
    context: str

    @classmethod
    def chosen(cls, path: str | None, context: str | None) -> Kubeconfig:
        """As kubectl would choose, once: a current-context that changes later moves no running process."""
        found = path or _from_file.KUBE_CONFIG_DEFAULT_LOCATION
        return cls(found, context or _current_context(found))

    @property
    def namespace(self) -> str:
        """The namespace the context names; empty where it names none."""
        chosen = _merged(self.path).config["contexts"].get_with_name(self.context)["context"]
        return str(chosen.safe_get("namespace") or "")

    def load(self) -> Loaded:
        """Read it, and the files it names; raises what the client, YAML or the file system raise."""
        configuration = _configuration()
        _from_file.load_kube_config(self.path, self.context, configuration, persist_config=False)
        merged, user = self._user()
        named = (
            _token_file(user),
            configuration.cert_file,
            configuration.key_file,
            configuration.ssl_ca_cert,
        )
        return Loaded(
            configuration,
            (*merged.paths, *(file for file in named if file)),
            self._source(user, configuration),
        )

    def _user(self) -> tuple[Any, Any]:
        """The merged files, and the context's user in them: None where it has none."""
        merged = _merged(self.path)
        chosen = merged.config["contexts"].get_with_name(self.context)["context"]
        named = merged.config["users"].get_with_name(chosen.safe_get("user"), safe=True)
        return merged, named and named["user"]

    def _source(self, user: Any, configuration: Configuration) -> str:
        """The file or command that a person must look at when the credential is refused."""
        if user is not None and "client-certificate" in user and configuration.cert_file:
            return str(configuration.cert_file)
        if user is not None and "exec" in user:
            return f"{self.path}, context {self.context}, command {user['exec']['command']}"
        return _token_file(user) or f"{self.path}, context {self.context}"


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """The ServiceAccount of this pod, by the two files every pod has."""

    token: str = incluster_config.SERVICE_TOKEN_FILENAME
    authority: str = incluster_config.SERVICE_CERT_FILENAME

    def load(self) -> Loaded:
        """Read token and CA; raises the client's ConfigException outside a pod."""
        configuration = _configuration()
        loader = _from_pod.InClusterConfigLoader(self.token, self.authority, try_refresh_token=False)
        loader.load_and_set(configuration)
        return Loaded(configuration, (self.token, self.authority), self.token)


def _token_file(user: Any) -> str:
    """The file of a user's token, which stands beside its kubeconfig unless it is absolute; empty without one."""
    if user is None or "tokenFile" not in user or "token" in user:
        return ""
    return str(Path(user.path).absolute().parent / user["tokenFile"])


def _current_context(path: str) -> str:
    return str(_merged(path).config["current-context"])


def _merged(path: str) -> Any:
    merged = _from_file.KubeConfigMerger(path)
    if merged.config is None:
        raise ConfigException(f"{path} does not exist")
    return merged


def _configuration() -> Configuration:
    configuration = Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    return configuration
