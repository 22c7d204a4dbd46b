"""What happens to the hosts of a datacenter in a year, at published rates: drawn once, by a seed, before anything runs.

failure  419 unexpected interruptions of 16,384 GPUs in 54 days: "The Llama 3 Herd of Models" (Meta, 2024), section
         3.3.4, table 5; so 0.69 a year for a host of four chips. 58.7 % of them were GPUs: those cannot heal, and a
         host is repaired in 3 to 14 days (Google's own figure for faulty hosts: docs.cloud.google.com, All Capacity
         mode). The others heal by themselves within ten minutes to an hour. For TPUs no figure is published: the
         same rate a chip is taken.
blip     a kubelet or a network that is away for 1 to 3 minutes: one a month and host. Nobody publishes how many;
         this is more than the failures by far, so that they are met often.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded, and only here

DAY = 86_400
YEAR = 365 * DAY
CHIPS_PER_HOST = 4
FAILURES = 419 / (54 * DAY * 16_384) * CHIPS_PER_HOST
"""Of one host, a second."""
LASTING = 0.587
REPAIR = (3 * DAY, 14 * DAY)
HEALING = (600, 3_600)
BLIPS = 12 / YEAR
BLIP = (60, 180)


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """A host is away over [start, end), seconds of the year; `lasting` needs a repair, and makes the node anew."""

    start: float
    end: float
    host: str
    lasting: bool = False

    @property
    def blip(self) -> bool:
        """Whether it is over before anybody should have noticed."""
        return self.end - self.start <= BLIP[1]


def year_of(hosts: list[str], seed: int, days: int) -> list[Trouble]:
    """All of it, in order; a host that is away already is left alone."""
    return sorted(one for host in hosts for one in _of_host(host, Random(f"{seed} {host}"), days * DAY))


def _of_host(host: str, chance: Random, seconds: int) -> Iterator[Trouble]:
    at = 0.0
    while (at := at + chance.expovariate(FAILURES + BLIPS)) < seconds:
        blip = chance.random() < BLIPS / (FAILURES + BLIPS)
        lasting = not blip and chance.random() < LASTING
        span = BLIP if blip else REPAIR if lasting else HEALING
        end = at + chance.uniform(*span)
        yield Trouble(at, end, host, lasting)
        at = end
