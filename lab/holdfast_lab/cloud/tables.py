"""The tables beside the code: what is a fact about Google and no decision of the lab's."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def table(name: str) -> dict[str, Any]:
    """The content of `NAME.toml` in this folder, in its order."""
    return tomllib.loads(files("holdfast_lab.cloud").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
