"""A fault of ours in words: what a person who reads the log reports."""

from __future__ import annotations

import traceback


def worded(fault: Exception) -> str:
    """What was raised and where, in one line."""
    at = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__}: {fault} in {at.name}, line {at.lineno}"
