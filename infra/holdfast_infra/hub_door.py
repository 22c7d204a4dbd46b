"""The hub as a command finds it: as it is told, else as the plan's own configuration says, else as kubectl does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import HubSilent
from holdfast_infra.stack_yaml import load

_DEFAULT = "~/.kube/config"


def hub_address(
    kubeconfig: str | None, context: str | None, configuration: Mapping[str, str] | None = None
) -> HubAddress:
    """Where the hub is. Raises HubSilent for a kubeconfig in which nothing is chosen.

    configuration: of the run that made the plan; a relative path in it starts here, as it did there.
    """
    known = configuration or {}
    path = kubeconfig or known.get("holdfast:hubKubeconfig") or os.environ.get("KUBECONFIG") or _DEFAULT
    file = str(Path(path).expanduser())
    return HubAddress(file, context or known.get("holdfast:hubContext") or _current(file))


def _current(file: str) -> str:
    try:
        found = load(Path(file).read_text(encoding="utf-8"))
        return str(found["current-context"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise HubSilent(f"{file} chooses no context ({reason}): say --kubeconfig and --context") from error
