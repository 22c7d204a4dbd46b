"""Whether many reservations gone at once are what tenants do, or what a fault does. Pure; counted per tenant.

    one tenant misses many             ten times the patience for that tenant, and nobody else is touched
    most tenants miss most of theirs   frozen: no time ends it, the reservations come back or a person releases them

Why patience ends the first and not the second. A tenant that deletes 25 reservations leaves 25 objects that are gone
one by one, and there is nothing that a person could find out about them which the tenant does not say by leaving them
deleted: so consistent answers over five minutes are proof, and the time is left to notice a pipeline that ran wild.
What takes reservations from most tenants at once is no tenant: objects of a kind deleted in all namespaces, a restore
without them. Time proves nothing about that, since what is lost stays lost, and a promise survives it (I4).

One tenant must never freeze another (I13): it is one tenant of the fleet however much it deletes, and the tenant that
misses most is left out of the count. To freeze a third, more than half of all tenants would have to delete most of
what they have within five minutes; and what they gain is that somebody's cancellation waits for a person.

Not covered: a fleet in which all tenants but one together lose no more than 20. That cannot be told from tenants who
cancel; there each has the patience of its own count. A kind that was deleted and made anew is found without counting,
whatever the size of the fleet (deletion_proof.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

MANY_AT_LEAST = 20
MANY_SHARE = 10


@dataclass(frozen=True, slots=True)
class Loss:
    """One tenant's living promises, the ones whose reservation was found missing lately, and the peers of those.

    Peers are as old as the newest missing one or older: reservations made since say nothing about what was lost.
    """

    living: int
    missing: int
    peers: int

    @property
    def many(self) -> bool:
        """Whether more are missing than single cancellations explain."""
        return self.missing > max(MANY_AT_LEAST, self.living // MANY_SHARE)

    @property
    def most(self) -> bool:
        """Whether most of what the tenant had is missing."""
        return self.missing * 2 > self.peers


def loss_of(living: Collection[int], missing: Iterable[int]) -> Loss:
    """A tenant's loss, from when its living and its missing promises were made (epoch seconds)."""
    gone = tuple(missing)
    newest = max(gone, default=0)
    peers = sum(1 for born in living if born <= newest) if gone else 0
    return Loss(len(living), len(gone), peers)


def whole_fleet(losses: Collection[Loss]) -> bool:
    """Whether most tenants lost most of their reservations at once, more than a few beside the largest loss."""
    struck = [loss.missing for loss in losses if loss.most]
    if len(struck) * 2 <= len(losses) or len(struck) < 2:
        return False
    return sum(struck) - max(struck) > MANY_AT_LEAST
