"""Queries in a world: what tenants ask before they ask for anything, and what must have become of it at rest.

Each tenant has two names for its queries, so that there are never more than six.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random  # noqa: TID251 - seeded, and only here

from tests.simulation.lifetimes.checks import TENANTS
from tests.simulation.lifetimes.tenants import send, some_wish
from tests.simulation.lifetimes.world import World

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.paths import Path
from holdfast.hardware.instants import seconds_of

NAMES = tuple((f"{tenant}-lab", f"question-{letter}") for tenant in TENANTS for letter in "ab")
ANSWERS = ("Check", "Earliest", "Slots", "LatestEnd")
LATE = 30
"""Seconds after which an answer that should be gone is late: rounds at rest are ten seconds apart."""


def question(world: World, _who: int, n: int) -> None:
    """A tenant asks what it could have; where its name is taken, it deletes the question that has it."""
    chance = Random(n)
    namespace, name = chance.choice(NAMES)
    spec = {
        "answer": chance.choice(ANSWERS),
        "maxOffers": chance.choice((1, 4)),
        "ttlSecondsAfterAnswered": chance.choice((0, 20, 86_400)),
        "reservation": some_wish(chance, int(world.time.epoch())),
    }
    if world.hub.find(kinds.AVAILABILITY_QUERY, name, namespace) is not None:
        send(world, namespace, "DELETE", Path.of(kinds.AVAILABILITY_QUERY, namespace, name), {})
        return
    document = {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": "AvailabilityQuery",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
    send(world, namespace, "POST", Path.of(kinds.AVAILABILITY_QUERY, namespace), document)


def unfinished(world: World) -> Iterator[str]:
    """Questions that nobody has answered at rest, and answers that have stood too long."""
    stored = world.hub.storage.within(kinds.AVAILABILITY_QUERY.group, kinds.AVAILABILITY_QUERY.plural, "")
    for each in stored:
        name, told = f"{each['metadata']['namespace']}/{each['metadata']['name']}", each.get("status", {})
        if "answeredAt" not in told:
            yield f"I9: query {name} has no answer at rest"
        elif (
            seconds_of(told["answeredAt"]) + each["spec"]["ttlSecondsAfterAnswered"] + LATE
            < world.time.epoch()
        ):
            yield f"I12: query {name} was answered at {told['answeredAt']} and is still there"
