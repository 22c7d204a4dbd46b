"""The hub as a command finds it: as it is told, else as the plan's own configuration says, else as kubectl does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import HubSilent
from holdfast_infra.stack_files.stack_yaml import load

_DEFAULT = "~/.kube/config"


def hub_address(way: str | None, configuration: Mapping[str, Any]) -> HubAddress:
    """Where the hub is. Raises HubSilent for a kubeconfig in which nothing is chosen.

    way: KUBECONFIG or KUBECONFIG:CONTEXT, as for `holdfast agent --hub`; None where the configuration is to say it.
    configuration: of the stack; a relative path in it starts here.
    """
    kubeconfig, _, context = way.partition(":") if way else ("", "", "")
    known = {} if way else configuration
    path = kubeconfig or known.get("holdfast:hubKubeconfig") or os.environ.get("KUBECONFIG") or _DEFAULT
    file = str(Path(str(path)).expanduser())
    return HubAddress(file, context or str(known.get("holdfast:hubContext") or "") or _current(file))


def _current(file: str) -> str:
    try:
        found = load(Path(file).read_text(encoding="utf-8"))
        return str(found["current-context"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise HubSilent(f"{file} chooses no context ({reason}): say --kubeconfig and --context") from error
