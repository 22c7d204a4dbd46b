"""What only shows across fields: legal alone, refused together, most of it by Google and late.

Every rule is a function of the whole declaration. It is silent about a blank, which has its own mistake already, and
about everything that is another rule's: so all of them are asked, and all that is wrong is said at once.

    place         where the datacenter is          names      of node pools and networks
    reservations  what Google has promised us      addresses  room for every host
    capacity      ways to pay                      versions   what the cluster must be
    brought       hosts that are not Google's      times      dates and durations
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake
from holdfast_infra.declaration.rules import (
    addresses,
    brought,
    capacity,
    names,
    odd,
    place,
    reservations,
    times,
    versions,
)

Rule = Callable[[Datacenter], Iterator[Mistake]]

RULES: tuple[Rule, ...] = (
    *place.RULES,
    *brought.RULES,
    *capacity.RULES,
    *reservations.RULES,
    *names.RULES,
    *versions.RULES,
    *addresses.RULES,
    *times.RULES,
)
"""Checked in this order; messages are sorted by field."""
ODDITIES: tuple[Rule, ...] = odd.RULES
"""What is legal, and still not what one would write; said as warnings."""


def breaches(datacenter: Datacenter) -> Iterator[Mistake]:
    """Every mistake that RULES find."""
    return chain.from_iterable(rule(datacenter) for rule in RULES)


def oddities(datacenter: Datacenter) -> Iterator[Mistake]:
    """Every warning that ODDITIES find."""
    return chain.from_iterable(rule(datacenter) for rule in ODDITIES)
