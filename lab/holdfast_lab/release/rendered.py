"""The manifests as kubectl renders them: the one source of what is applied, charted and compared."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from holdfast_lab.errors import LabError
from holdfast_lab.installation import MANIFESTS

PARTS = {
    "definitions": "definitions",
    "hub": "hub",
    "site": "site",
    "hub-in-cluster": "overlays/in-cluster/hub",
    "site-in-cluster": "overlays/in-cluster/site",
}
"""What can be applied by itself, and the folder it is rendered from."""


def rendered(kubectl: Path, part: str, manifests: Path = MANIFESTS) -> str:
    """The documents of one part as YAML text. Raises LabError where they cannot be rendered."""
    argv = [str(kubectl), "kustomize", str(manifests / PARTS[part])]
    answer = subprocess.run(argv, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise LabError(f"{part} cannot be rendered: {answer.stderr.strip()}")
    return answer.stdout


def documents(text: str) -> list[dict[str, Any]]:
    """The documents of a YAML text, empty ones left out."""
    return [one for one in yaml.safe_load_all(text) if one]
