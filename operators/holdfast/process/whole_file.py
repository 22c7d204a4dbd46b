"""A file that is there whole or not at all, whatever happens meanwhile: a full disk, a crash, a lost power."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(text: str, file: Path) -> None:
    """Write a file that only its owner may read; one of that name is replaced as a whole. Raises OSError."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # created with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _keep_name(file.parent)


def _keep_name(folder: Path) -> None:
    """The new name outlives a lost power only once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
