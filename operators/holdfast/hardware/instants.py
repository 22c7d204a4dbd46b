"""Instants and durations as every door reads them: the hub's API, the stack files, the planner's records.

An instant is written in RFC 3339, as Kubernetes writes and accepts its own times: a date, T, a time, and Z or
an offset, with or without a fraction. Two texts of one instant are one value: `2027-01-04T01:00:00+01:00` is
`2027-01-04T00:00:00Z`. We count whole seconds in UTC, so a fraction is given up towards the outside: the start
of a span rounds down and its end up, and nobody loses the rest of a second that was asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

FIRST_SECOND = 946_684_800
"""2000-01-01T00:00:00Z: earlier than anything that is declared or promised."""
LAST_SECOND = 32_503_679_999
"""2999-12-31T23:59:59Z; with FIRST_SECOND it keeps every year at four digits that begin with a 2."""
LONGEST_SECONDS = 5 * 366 * 86_400
"""Bound of every duration, and of a window: five years, leap days included."""
SHORTEST_WINDOW_SECONDS = 10
"""A shorter window could not even be opened and closed."""
EXAMPLE = "2027-01-04T00:00:00Z"

_RFC_3339 = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<fraction>\.[0-9]+)?"
    r"(?:[Zz]|(?P<sign>[-+])(?P<hours>[01][0-9]|2[0-3]):(?P<minutes>[0-5][0-9]))",
    re.ASCII,
)


@lru_cache(maxsize=16_384)  # a hub says the same instant many times
def seconds_of(text: str, *, up: bool = False) -> int:
    """Epoch seconds of an RFC 3339 instant; a fraction is dropped, or with `up` counted as a whole second.

    Raises ValueError, with a sentence that has an example, for any other text, for a day or an hour that does
    not exist, and for an instant outside the years 2000 to 2999 in UTC.
    """
    found = _RFC_3339.fullmatch(text)
    local = _existing(f"{found['date']}T{found['time']}") if found else None
    if not found or not local:
        raise ValueError(f"an instant is written in full, for example {EXAMPLE}")
    # A datetime near year 1 or 9999 has no room for its offset; whole seconds have.
    seconds = int(local.timestamp()) - _offset(found)
    if up and (found["fraction"] or "").strip(".0"):
        seconds += 1
    if not FIRST_SECOND <= seconds <= LAST_SECOND:
        raise ValueError(f"an instant lies in the years 2000 to 2999, for example {EXAMPLE}")
    return seconds


def text_of(seconds: int) -> str:
    """The one spelling that is published: whole seconds in UTC, ending in Z. Such texts sort as instants do."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _existing(local: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{local}+00:00")
    except ValueError:
        return None


def _offset(found: re.Match[str]) -> int:
    """Seconds by which the written clock is ahead of UTC."""
    if not found["sign"]:
        return 0
    ahead = int(found["hours"]) * 3_600 + int(found["minutes"]) * 60
    return -ahead if found["sign"] == "-" else ahead
