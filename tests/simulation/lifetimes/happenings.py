"""Everything that may happen to a world from outside, by the verb of its move."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.lifetimes import engineers, hosts, questions, tenants, upkeep
from tests.simulation.lifetimes.world import World

HAPPENINGS: dict[str, Callable[[World, int, int], None]] = {
    each.__name__: each
    for each in (
        tenants.ask,
        tenants.series,
        tenants.together,
        tenants.amend,
        tenants.reshape,
        tenants.cancel,
        tenants.again,
        tenants.keep,
        tenants.pods,
        tenants.terms,
        questions.question,
        upkeep.maintain,
        hosts.fail,
        tenants.strand,
        hosts.mend,
        hosts.replace,
        engineers.cordon,
        engineers.unit,
        engineers.retire,
        engineers.dates,
        engineers.spares,
        engineers.entitle,
        engineers.label,
    )
}
