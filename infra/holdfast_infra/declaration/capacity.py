"""How a pool's hardware is paid for, and so whether it can be taken back while it is in use.

capacity      googleReservation  taken back?   what the node pool asks Google for
reservation   needed             no            SPECIFIC_RESERVATION
future        needed: what it    no            nothing until its units are delivered, then as a reservation
              will become
on-demand     refused            no            NO_RESERVATION: it must not eat another's reservation
spot          refused            any second    spot
flex-start    refused            at its end    flex start, from nothing; at most seven days
queued        refused            at its end    queued provisioning, from nothing

Sources: docs.cloud.google.com/kubernetes-engine/docs/how-to/consuming-reservations, .../concepts/dws (flex start
runs 600 to 604,800 s), .../how-to/provisioningrequest, pulumi-gcp NodePool.
"""

from __future__ import annotations

RESERVATION, FUTURE, ON_DEMAND = "reservation", "future", "on-demand"
SPOT, FLEX_START, QUEUED = "spot", "flex-start", "queued"
CAPACITIES = (RESERVATION, FUTURE, ON_DEMAND, SPOT, FLEX_START, QUEUED)
RESERVED = (RESERVATION, FUTURE)
TAKEN_BACK = (SPOT, FLEX_START, QUEUED)
"""What its provider may take back backs no promise: it is declared and published, and the planner sells none of it."""
PUBLISHED = {
    RESERVATION: "Reserved",
    FUTURE: "Reserved",
    ON_DEMAND: "OnDemand",
    SPOT: "Spot",
    FLEX_START: "FlexStart",
    QUEUED: "Queued",
}
"""The hub's words, `spec.provisioningModel` (its `capacity` is a count); Compute Engine's word for it, too."""
SHORTEST_RUN_SECONDS, LONGEST_RUN_SECONDS = 600, 604_800
