"""Nothing of a lab run may reach a real project: project, backend and plugins must all be the lab's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast_lab.cloud.plugins.installation import PACKAGES, launcher_of
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.configuration import PROJECT_KEY, Config
from holdfast_lab.errors import LabError

_CREDENTIALS = ("GOOGLE_", "GCLOUD_", "CLOUDSDK_", "PULUMI_")


def require_lab(config: Config, backend: str, state: Path) -> None:
    """Raise LabError unless all three agree."""
    project = config.get(PROJECT_KEY)
    if project != LAB_PROJECT:
        raise LabError(
            f"config {PROJECT_KEY} is {project!r}, but the lab may only touch {LAB_PROJECT!r}: nothing was done; "
            f"set it in the lab's overlay of the stack or by --config {PROJECT_KEY}={LAB_PROJECT}"
        )
    if backend != f"file://{state / 'pulumi'}":
        raise LabError(f"the backend {backend} is not the lab's own in {state}: nothing was done")
    for package in PACKAGES:
        if not os.access(launcher_of(state, package), os.X_OK):
            raise LabError(f"the lab's {package} plugin is missing in {state / 'bin'}: nothing was done")


def lab_environment(state: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment for program and plugins: the lab's programs first, no way to a real cloud."""
    kept = {key: value for key, value in given.items() if not key.startswith(_CREDENTIALS)}
    path = os.pathsep.join([str(state / "bin"), given.get("PATH", os.defpath)])
    quiet = {"GRPC_VERBOSITY": "ERROR"}
    return kept | quiet | {"PATH": path, "HOLDFAST_LAB": str(state), "KUBECONFIG": str(state / "kubeconfig")}
