"""Instants and durations as options say them: what is none is refused by the option's name."""

from __future__ import annotations

import re

from holdfast.hardware.instants import LONGEST_SECONDS, seconds_of

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def duration_of(text: str, option: str = "--for") -> int:
    """Seconds of 90d, 36h, 30m, 600s or several of these in a row. Raises ValueError."""
    if not re.fullmatch(r"([0-9]{1,12}[dhms]){1,4}", text, re.ASCII):
        raise ValueError(f"{option} {text!r:.60} is no duration; for example 90d, 36h or 1d12h")
    seconds = sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"([0-9]+)([dhms])", text))
    if seconds > LONGEST_SECONDS:
        raise ValueError(f"{option} {text} is more than five years, the longest that is promised: say less")
    return seconds


def instant_of(text: str, option: str, *, up: bool = False) -> int:
    """Epoch seconds of an RFC 3339 instant. Raises ValueError."""
    try:
        return seconds_of(text, up=up)
    except ValueError as error:
        raise ValueError(f"{option} {text!r:.60} cannot be used: {error}") from error
