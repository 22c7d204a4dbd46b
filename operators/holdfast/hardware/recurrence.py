"""Days of the week at a local time, as instants: what a clock on a wall somewhere means in seconds.

Twice a year a wall clock is moved. Where it is put forward a local time is missing on that day: what begins then begins
as long after the jump as it would have begun before it (02:30 becomes 03:30). Where it is put back a local time comes
twice: the first one counts. Both are the rules of RFC 5545, section 3.3.5, and of PEP 495 with fold=0. An occurrence
lasts so many seconds, whatever the wall clock does meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import count, takewhile
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Beginning:
    """One beginning, in epoch seconds. `moved`: its local time is missing on that day; `twice`: it comes twice."""

    start: int
    moved: bool = False
    twice: bool = False


def zone_of(name: str) -> ZoneInfo:
    """The IANA time zone of a name. Raises ValueError, with a sentence, where there is none.

    Not simpler, as ZoneInfo(name): that looks at the machine's own files first, so that two images may begin a series
    an hour apart; and at names beside the list, of which `right/Europe/Paris` is an hour early in winter.
    """
    if name not in _names():
        raise ValueError(f"there is no time zone {name}; name one of the IANA list, for example Europe/Paris")
    return _zone(name)


@cache
def _names() -> frozenset[str]:
    """The IANA list as the package tzdata has it; Factory is there for machines whose zone nobody has set."""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split()) - {"Factory"}


@cache
def _zone(name: str) -> ZoneInfo:
    """One of the list, read once: there are some six hundred."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def occurrences(
    weekdays: Sequence[str], at: time, zone: ZoneInfo, first: int, last: int
) -> Iterator[Beginning]:
    """Every beginning at a local time on these days, in [first, last], in order. No weekdays: every day."""
    wanted = {WEEKDAYS.index(day) for day in weekdays} or set(range(7))
    day_one = datetime.fromtimestamp(first, zone).date() - timedelta(days=1)
    days = (day_one + timedelta(days=each) for each in count())
    begun = (_at(day, at, zone) for day in days if day.weekday() in wanted)
    for one in takewhile(lambda one: one.start <= last, begun):
        if one.start >= first:
            yield one


def _at(day: date, at: time, zone: ZoneInfo) -> Beginning:
    local = datetime.combine(day, at, zone)
    second, start = local.replace(fold=1), int(local.timestamp())
    there = datetime.fromtimestamp(start, UTC).astimezone(zone).replace(tzinfo=None)
    moved = there != local.replace(tzinfo=None)
    return Beginning(start, moved, not moved and int(second.timestamp()) != start)
