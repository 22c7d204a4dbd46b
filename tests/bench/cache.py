"""What is built once for the peers and kept between runs, outside the repository."""

from __future__ import annotations

import os
from pathlib import Path


def cached(name: str) -> Path:
    """A place below the user's cache folder; what lies there may be removed at any time."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "holdfast" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
