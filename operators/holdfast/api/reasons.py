"""Reasons: one word for each thing a status can say, used verbatim from the rule to kubectl and in events.

docs/reasons.md is generated from this table. A word is never reused for another meaning; messages beside it
are stable sentences that say what to do next.
"""

from enum import StrEnum


class Reason(StrEnum):
    """A word, what it means, and what its reader should do."""

    meaning: str
    advice: str

    def __new__(cls, word: str, meaning: str, advice: str) -> "Reason":
        """A reason is its word; meaning and advice are for docs/reasons.md."""
        reason = str.__new__(cls, word)
        reason._value_ = word
        reason.meaning = meaning
        reason.advice = advice
        return reason

    # --- the plain yes of each condition ----------------------------------------------------------------
    ACCEPTED = (
        "Accepted",
        "The reservation is well formed, its tenant is known, and its planning has begun.",
        "Nothing: watch the condition Promised.",
    )
    PROMISED = (
        "Promised",
        "Units are committed for the whole window in named pools. This is never revoked.",
        "Nothing: the units come when the window opens.",
    )
    BOUND = (
        "Bound",
        "Every promised unit is granted, and open to the tenant's pods.",
        "Run with the node selector and tolerations in status.access.",
    )
    REACHABLE = (
        "Reachable",
        "The site's agent has been heard within the last 40 seconds.",
        "Nothing.",
    )

    # --- what only its author can fix (Stalled=True) ----------------------------------------------------
    MISCONFIGURED = (
        "Misconfigured",
        "The reservation contradicts itself, or its namespace carries no tenant label.",
        "Correct what the message names; a namespace is labelled by a platform engineer.",
    )
    EXCEEDS_ENTITLEMENT = (
        "ExceedsEntitlement",
        "With this the tenant would hold more chips, or look further ahead, than it is entitled to.",
        "Lower count, shorten or move the window, or have the entitlement raised.",
    )
    NO_MATCHING_POOL = (
        "NoMatchingPool",
        "No pool in the datacenters asked for has this accelerator type.",
        "Check acceleratorType and placement.datacenters; a platform engineer knows what stands where.",
    )
    TOPOLOGY_IMPOSSIBLE = (
        "TopologyImpossible",
        "No pool could ever form a slice of this topology, however empty it were.",
        "Make a new reservation with a topology that exists for this accelerator type.",
    )

    # --- not now (holds) --------------------------------------------------------------------------------
    WINDOW_CONFLICT = (
        "WindowConflict",
        "Over this window other promises leave too few units, or its fixed start passed without a promise.",
        "Move the window to hold.earliestStart, make it flexible, or lower count.",
    )
    INSUFFICIENT_HEALTHY_CAPACITY = (
        "InsufficientHealthyCapacity",
        "Enough units exist, but too many are failed or kept as spares to promise more.",
        "Wait for repairs, or lower count.",
    )
    SUPPLY_NOT_YET_DELIVERED = (
        "SupplyNotYetDelivered",
        "The units that would serve this have only a date of delivery, after the start asked for.",
        "Start at hold.earliestStart or later.",
    )
    SITE_LEASE_ENDS = (
        "SiteLeaseEnds",
        "The site's lease ends before this window does.",
        "End earlier, or allow another datacenter.",
    )
    PLEDGE_RESTRICTED = (
        "PledgeRestricted",
        "Units are free, but pledged under terms that do not allow this use.",
        "Allow another datacenter, or ask a platform engineer.",
    )
    UNDER_MAINTENANCE = (
        "UnderMaintenance",
        "Units are free, but under maintenance within this window.",
        "Start after the maintenance, at hold.earliestStart.",
    )
    WAITING_FOR_HANDOVER = (
        "WaitingForHandover",
        "The units are still being emptied and cleaned after their former holder.",
        "Nothing: they follow when the agent reports them clean.",
    )
    DATACENTER_UNREACHABLE = (
        "DatacenterUnreachable",
        "The site's agent is silent for 40 seconds. Nothing new is promised there, nothing is revoked.",
        "Running work goes on; a platform engineer looks at the site.",
    )
    LEDGER_FULL = (
        "LedgerFull",
        "Every matching pool already carries 1,000 promises.",
        "Wait until promises end; a few large reservations do better than many small ones.",
    )
    CORDONED = (
        "Cordoned",
        "Units are free, but a person has taken their nodes out of use.",
        "Wait, or ask the platform engineers.",
    )
    SEAL_BROKEN = (
        "SealBroken",
        "The stack of the matching pools is being taken down: its seal is gone or going.",
        "Allow another datacenter; promises already made stay.",
    )
    FROZEN = (
        "Frozen",
        "Ledger and promise contradict each other: nothing is changed until a person has looked.",
        "A platform engineer runs holdfast audit; nothing is freed in the meantime.",
    )

    # --- the life of a promise --------------------------------------------------------------------------
    SCHEDULED = (
        "Scheduled",
        "Promised; the window has not opened yet.",
        "Nothing until START.",
    )
    BINDING = (
        "Binding",
        "The window is open and units are being granted.",
        "Nothing: this takes a minute or so.",
    )
    ACTIVE = (
        "Active",
        "Every promised unit is open to the tenant.",
        "Run: status.access says where and how.",
    )
    PARTIALLY_FULFILLED = (
        "PartiallyFulfilled",
        "At least minCount, but fewer slices than count are promised.",
        "Run with what is there, or cancel; more is promised when more is free.",
    )
    DEGRADED = (
        "Degraded",
        "Bound, but some units are not healthy; replacements are on their way where spares exist.",
        "Checkpoint; status.healthyUnits says how many are healthy.",
    )
    AWAITING_REPAIR = (
        "AwaitingRepair",
        "After failures the pool has promised more than is healthy; this reservation waits for repair.",
        "Nothing can be sold there meanwhile; a platform engineer sees the deficit.",
    )
    EXPIRING = (
        "Expiring",
        "The window ends soon: notice has been given and nothing new is scheduled.",
        "Checkpoint, or extend window.end.",
    )
    RELEASING = (
        "Releasing",
        "The window is over or was given up; the units are being emptied and cleaned.",
        "Nothing.",
    )
    RELEASED = (
        "Released",
        "Every unit has been given back. The promise is kept as a record.",
        "Delete the reservation when you no longer need to see it.",
    )

    # --- why a promise ended (CapacityPromise.spec.cause, and in events) --------------------------------
    EXPIRED = (
        "Expired",
        "The promise ended because its window was over.",
        "Nothing.",
    )
    CANCELLED = (
        "Cancelled",
        "The promise ended because its tenant deleted the reservation.",
        "Nothing.",
    )
    AMENDED = (
        "Amended",
        "The promise took another form because its tenant changed the reservation.",
        "Nothing: what was in force stayed so until the new form was promised.",
    )
