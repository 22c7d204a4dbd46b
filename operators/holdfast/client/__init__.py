"""Holdfast for programs of a tenant: `pip install 'holdfast[client]'`.

    from datetime import timedelta
    from holdfast.client import Ask, Flexible, Until, connect

    ask = Ask(accelerator="tpu7x", topology="4x4x8", count=2, window=Flexible(timedelta(days=30)))
    with connect() as hub:                                                  # as kubectl would choose
        for offer in hub.when(ask).offers: print(offer.start, offer.end)
        hub.reserve("pretrain", ask)
        hub.wait("pretrain", Until.ACTIVE, timeout=timedelta(hours=1))
        for place in hub.access("pretrain"): print(place.datacenter, place.node_selector)

Synchronous, typed, and of the standard library and PyYAML alone: no record of the operator's, no Kubernetes client.
What goes wrong is an error that names the call or the field, and in its notes what to do.
"""

from __future__ import annotations

from holdfast.client.asked import Ask, Fixed, Flexible, Question, Several
from holdfast.client.client import Client, Pace
from holdfast.client.connecting import connect
from holdfast.client.places import Host, Place, Unit
from holdfast.client.told import Access, Answer, Condition, Hold, Offer, Promised, Reservation
from holdfast.client.waiting import NotReached, Stalled, TimedOut, Until
from holdfast.cluster.transport.errors import AlreadyExists, ClusterError, Gone, Refused, Unavailable
from holdfast.cluster.ways import NoWay, Way

__all__ = [
    "Access",
    "AlreadyExists",
    "Answer",
    "Ask",
    "Client",
    "ClusterError",
    "Condition",
    "Fixed",
    "Flexible",
    "Gone",
    "Hold",
    "Host",
    "NoWay",
    "NotReached",
    "Offer",
    "Pace",
    "Place",
    "Promised",
    "Question",
    "Refused",
    "Reservation",
    "Several",
    "Stalled",
    "TimedOut",
    "Unavailable",
    "Unit",
    "Until",
    "Way",
    "connect",
]
