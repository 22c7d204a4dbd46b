"""Every check, one question each; `CHECKS` is their order: what all else rests on comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.doctor.expected import Installation
from holdfast.doctor.finding import Ailment
from holdfast.doctor.installed import definitions, guards, server_version
from holdfast.doctor.kept import ledgers, quotas, readable, rest, rights, tenants
from holdfast.doctor.living import agents, clocks, operator
from holdfast.doctor.reading import HubReading

Check = Callable[[HubReading, Installation], Iterator[Ailment]]

CHECKS: tuple[Check, ...] = (
    server_version,  # is the server new enough
    rights,  # could everything be read
    clocks,  # do clocks agree
    definitions,  # are the kinds defined, as this version defines them
    guards,  # is what must never happen refused
    operator,  # does somebody plan
    agents,  # does somebody open and close nodes
    readable,  # can every object be read
    ledgers,  # is there room, and is what was promised there
    rest,  # was the hub let go after a restore
    tenants,  # is every tenant one, and nothing frozen
    quotas,  # is every tenant bounded
)


def examine(seen: HubReading, wanted: Installation) -> tuple[Ailment, ...]:
    """All that is wrong, in the order of the checks."""
    return tuple(ailment for check in CHECKS for ailment in check(seen, wanted))
