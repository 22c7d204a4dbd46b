"""What the lab cannot go on with: one line a person can act on."""

from __future__ import annotations


class LabError(Exception):
    """Printed as it is, on one line, and the command ends with exit code 1."""


def in_words(error: Exception) -> str:
    """What the system said, and of which file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or repr(error)
