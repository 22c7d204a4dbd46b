"""Reasons: one word for each thing a status can say, used verbatim from the rule to kubectl and in events.

docs/reasons.md is generated from this table, and so is all that follows from a reason: what stalls a reservation,
what means that its pods run, why a promise may end. A word is never reused for another meaning; messages beside it
are stable sentences that say what to do next.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.api.mender import Mender, Role


class Reason(StrEnum):
    """A word, who can end it, what it means, what its reader should do, and what else follows from it."""

    mender: Mender
    meaning: str
    advice: str
    role: Role

    def __new__(cls, word: str, mender: Mender, meaning: str, advice: str, role: Role = Role.PLAIN) -> Reason:
        """A reason is its word; the rest stands beside it."""
        reason = str.__new__(cls, word)
        reason._value_ = word
        reason.mender, reason.meaning, reason.advice, reason.role = mender, meaning, advice, role
        return reason

    @classmethod
    def of(cls, word: str) -> Reason:
        """The reason a condition names; KeyError for a word that is none."""
        return {reason.value: reason for reason in cls}[word]

    @classmethod
    def known(cls, word: str) -> Reason | None:
        """The reason of this word; None for one of a newer operator, which whoever shows it shows as it is."""
        return next((reason for reason in cls if reason == word), None)

    @property
    def stalls(self) -> bool:
        """Whether nothing moves until the reservation's author changes it: Stalled, unless a hold itself says no."""
        return self.mender is Mender.AUTHOR

    # --- the plain yes of each condition ----------------------------------------------------------------
    ACCEPTED = (
        "Accepted",
        Mender.NOBODY,
        "The reservation is well formed, its tenant is known, and its planning has begun.",
        "Nothing: watch the condition Promised.",
    )
    PROMISED = (
        "Promised",
        Mender.NOBODY,
        "Units are committed for the whole window in named pools. This is never revoked.",
        "Nothing: the units come when the window opens.",
    )
    BOUND = (
        "Bound",
        Mender.NOBODY,
        "Every promised unit is granted, and open to the tenant's pods.",
        "Run with the node selector and tolerations in status.access.",
    )
    REACHABLE = (
        "Reachable",
        Mender.NOBODY,
        "The site's agent has been heard within the last 40 seconds.",
        "Nothing.",
    )
    # --- what only its author can fix (Stalled=True) ----------------------------------------------------
    MISCONFIGURED = (
        "Misconfigured",
        Mender.AUTHOR,
        "The reservation contradicts itself, or its namespace carries no tenant label.",
        "Correct what the message names; a namespace is labelled by a platform engineer.",
    )
    EXCEEDS_ENTITLEMENT = (
        "ExceedsEntitlement",
        Mender.AUTHOR_OR_TIME,
        "With this the tenant would hold more chips, or look further ahead, than it is entitled to.",
        (
            "Lower count, shorten or move the window, or have the entitlement raised. Where it is not Stalled "
            "it is tried again at the instant in the message."
        ),
    )
    NO_MATCHING_POOL = (
        "NoMatchingPool",
        Mender.AUTHOR,
        "No pool in the datacenters asked for has this accelerator type, as hardware that no provider may take back.",
        "Check acceleratorType and placement.datacenters; a platform engineer knows what stands where.",
    )
    TOPOLOGY_IMPOSSIBLE = (
        "TopologyImpossible",
        Mender.AUTHOR,
        "No pool could ever form a slice of this topology, however empty it were.",
        "Make a new reservation with a topology that exists for this accelerator type.",
    )
    EXCEEDS_CAPACITY = (
        "ExceedsCapacity",
        Mender.AUTHOR,
        "More is asked for than the matching pools could sell if every unit were healthy, delivered and free.",
        "Lower count, set minCount, or allow more datacenters: waiting changes nothing.",
    )
    WINDOW_BEGUN = (
        "WindowBegun",
        Mender.AUTHOR,
        "The window has begun, so its start and the place of its units cannot change any more.",
        "Set the field back as the message says; what is in force stays in force.",
    )
    # --- not now (holds) --------------------------------------------------------------------------------
    WINDOW_CONFLICT = (
        "WindowConflict",
        Mender.TIME,
        "Over this window other promises leave too few units, or too little of it is left.",
        (
            "Move the window to hold.earliestStart, make it flexible, or lower count. While it waits, "
            "a fixed window is served for what is left of it."
        ),
    )
    SEARCH_ENDED = (
        "SearchEnded",
        Mender.TIME,
        (
            "Units come and go so often over this window that the search for named ones was ended before all ways were "
            "tried: each ask gets so much of a turn and no more."
        ),
        "Ask for fewer intervals or slices, a fixed start, or fewer datacenters; it is tried again as things change.",
    )
    INSUFFICIENT_HEALTHY_CAPACITY = (
        "InsufficientHealthyCapacity",
        Mender.TIME,
        "Enough units exist, but too many of them are failed to promise more.",
        "Wait for repairs, or lower count.",
    )
    SUPPLY_NOT_YET_DELIVERED = (
        "SupplyNotYetDelivered",
        Mender.TIME,
        "The units that would serve this are not delivered by its start.",
        (
            "Start at hold.earliestStart or later. A promise already made stands: a platform engineer "
            "sees the deficit."
        ),
    )
    SITE_LEASE_ENDS = (
        "SiteLeaseEnds",
        Mender.AUTHOR,
        (
            "The units that would serve this leave, by the end of the site's lease or their own, "
            "before the window ends."
        ),
        "End by the time the message names, or allow another datacenter.",
    )
    WAITING_FOR_HANDOVER = (
        "WaitingForHandover",
        Mender.TIME,
        "The units are still being emptied and cleaned after their former holder.",
        (
            "Nothing: they follow when the agent reports them clean. Of a fixed window what is left by "
            "then is promised."
        ),
    )
    DATACENTER_UNREACHABLE = (
        "DatacenterUnreachable",
        Mender.PLATFORM,
        "The site's agent is silent for 40 seconds. Nothing new is promised there, nothing is revoked.",
        (
            "Running work goes on; a platform engineer looks at the site. Of a fixed window what is "
            "left by then is promised."
        ),
    )
    LEDGER_FULL = (
        "LedgerFull",
        Mender.TIME,
        "Every matching pool already carries 1,000 promises, or 8,000 intervals; or this one 16 maintenance windows.",
        "Wait until promises end; a few large reservations do better than many small ones.",
    )
    CORDONED = (
        "Cordoned",
        Mender.PLATFORM,
        "Units are free, but a person has taken their nodes out of use.",
        "Wait, or ask the platform engineers.",
    )
    UNDER_MAINTENANCE = (
        "UnderMaintenance",
        Mender.TIME,
        "Units that would serve this are out of use for declared maintenance during its window.",
        "Wait, or choose another time. A promise already made stands: a platform engineer sees the deficit.",
    )
    SEAL_BROKEN = (
        "SealBroken",
        Mender.PLATFORM,
        "The stack of the matching pools is being taken down: its seal is gone or going.",
        "Allow another datacenter; promises already made stay.",
    )
    SITE_REFUSES = (
        "SiteRefuses",
        Mender.PLATFORM,
        "The site's agent is kept from opening units to this tenant: by a namespace, a policy, or marks on a node.",
        "A platform engineer does what the message says; holdfast audit lists all that agents hold back.",
    )
    FROZEN = (
        "Frozen",
        Mender.PLATFORM,
        "Ledger and promise contradict each other: nothing is changed until a person has looked.",
        "A platform engineer runs holdfast audit; nothing is freed in the meantime.",
    )
    # --- the answer to a query --------------------------------------------------------------------------
    OFFERED = (
        "Offered",
        Mender.NOBODY,
        "Each offer could be promised at the instant of the answer. Nothing is held for it.",
        "Reserve one soon: `holdfast when -o yaml` prints the reservation.",
    )
    TOO_MANY_QUERIES = (
        "TooManyQueries",
        Mender.AUTHOR,
        "The tenant has more queries waiting than are answered together; this one was not planned.",
        "Ask again once the others are answered; one query of kind Slots brings many offers.",
    )
    # --- the answer to a maintenance window -------------------------------------------------------------
    TAKEN_OUT = (
        "TakenOut",
        Mender.NOBODY,
        "The maintenance is in the pool's ledger: nothing is promised on its units for this time; it touches nobody.",
        "Nothing: by its start the units are empty. Delete it once the work is done.",
    )
    PROMISES_SHORT = (
        "PromisesShort",
        Mender.TIME,
        "The maintenance is in the pool's ledger, and promises lack units because of it. They stand, and are told so.",
        "Delete it as soon as the work is done; status.touched says who waits for that.",
    )
    TOUCHES_PROMISES = (
        "TouchesPromises",
        Mender.TIME,
        "The maintenance takes nothing out of the calendar: it would take units from promises that it does not name.",
        "Make another at one of status.nextStarts, or name each of status.touched in spec.againstReservations.",
    )
    NO_SUCH_UNITS = (
        "NoSuchUnits",
        Mender.PLATFORM,
        "The maintenance names a pool that is not there, or units that the pool does not have.",
        "Make another that names what is there; holdfast status lists pools and units.",
    )
    MAINTENANCE_OVER = (
        "MaintenanceOver",
        Mender.NOBODY,
        "The maintenance is over: its units are back in the calendar.",
        "Delete it.",
    )
    # --- many reservations gone at once (of a Tenant) ---------------------------------------------------
    DELETIONS_QUESTIONED = (
        "DeletionsQuestioned",
        Mender.TIME,
        "Many of the tenant's reservations are gone at once: their promises end after ten times the usual patience.",
        "Nothing, if they were meant to go; if not, find out who deletes them.",
    )
    DELETIONS_FROZEN = (
        "DeletionsFrozen",
        Mender.PLATFORM,
        "Reservations are gone in a way that no tenant's deletions explain: their promises are kept.",
        "A platform engineer restores what was lost, or lets it go: docs/frozen-deletions.md.",
    )
    DELETIONS_RELEASED = (
        "DeletionsReleased",
        Mender.TIME,
        "A platform engineer lets the tenant's frozen deletions go, until the instant in the annotation.",
        "Nothing: their promises end as those of any cancelled reservation.",
    )
    RELEASE_REFUSED = (
        "ReleaseRefused",
        Mender.PLATFORM,
        "The annotation that lets frozen deletions go is no instant, or lies more than 24 hours ahead.",
        "Write an instant in RFC 3339, at most 24 hours ahead, or take the annotation off.",
    )
    HUB_RESTORED = (
        "HubRestored",
        Mender.PLATFORM,
        "The hub was restored from a backup, and nobody has let it sell again: what is promised is kept, no more.",
        "Wait; a platform engineer compares the hub with its sites and ends it (`holdfast resume`, docs/backup.md).",
    )
    HUB_RESUMED = (
        "HubResumed",
        Mender.NOBODY,
        "A person let a restored hub sell again, after its ledgers were compared with the sites.",
        "Nothing: what waited is answered.",
    )
    # --- the life of a promise --------------------------------------------------------------------------
    SCHEDULED = (
        "Scheduled",
        Mender.TIME,
        "Promised; the window has not opened yet.",
        "Nothing until START.",
    )
    BINDING = (
        "Binding",
        Mender.TIME,
        "The window is open and units are being granted.",
        "Nothing: this takes a minute or so.",
    )
    ACTIVE = (
        "Active",
        Mender.NOBODY,
        "Every promised unit is open to the tenant.",
        "Run: status.access says where and how.",
        Role.RUNNING,
    )
    PARTIALLY_FULFILLED = (
        "PartiallyFulfilled",
        Mender.TIME,
        "At least minCount, but fewer slices than count are promised.",
        "Run with what is there, or cancel; more is promised when more is free.",
        Role.RUNNING,
    )
    DEGRADED = (
        "Degraded",
        Mender.TIME,
        "Every promised unit is open, and some have lost hosts; what is left of each is enough, so they stay.",
        "Run; status.repairs says which, and spec.repair.consents has one swapped all the same (docs/repair.md).",
        Role.RUNNING,
    )
    REPAIRING = (
        "Repairing",
        Mender.TIME,
        "A unit has failed and is to be swapped: a spare is opened first, where there is one, then it leaves.",
        "Checkpoint; status.repairs says which unit goes, and when.",
    )
    AWAITING_CONSENT = (
        "AwaitingConsent",
        Mender.AUTHOR_OR_TIME,
        "A unit has failed while pods of its tenant run on it; it stays until its tenant agrees to a swap.",
        "Checkpoint, then name unit and grant in spec.repair.consents; unanswered it goes when status.repairs says so.",
    )
    REPAIRS_FROZEN = (
        "RepairsFrozen",
        Mender.PLATFORM,
        "So much is reported as failed that the report is more likely to be wrong than the hardware: nobody is moved.",
        "Wait; a platform engineer finds out what fails, the hardware or whoever reports it (`holdfast status`).",
    )
    AWAITING_REPAIR = (
        "AwaitingRepair",
        Mender.TIME,
        (
            "After failures the pool owes more than it can deliver over this window; the reservation "
            "waits for repair."
        ),
        "Nothing more can be sold there meanwhile; a platform engineer sees the deficit.",
    )
    MAINTENANCE_AHEAD = (
        "MaintenanceAhead",
        Mender.TIME,
        "Every promised unit is open, and declared maintenance will take some of them out of use before the end.",
        "Checkpoint before the instant in the message; the promise stands.",
        Role.RUNNING,
    )
    EXPIRING = (
        "Expiring",
        Mender.NOBODY,
        "The window ends soon: notice has been given and nothing new is scheduled.",
        "Checkpoint, or extend window.end.",
        Role.RUNNING,
    )
    RELEASING = (
        "Releasing",
        Mender.TIME,
        "The window is over or was given up; the units are being emptied and cleaned.",
        "Nothing.",
    )
    RELEASED = (
        "Released",
        Mender.NOBODY,
        "Every unit has been given back. The promise is kept as a record.",
        "Delete the reservation when you no longer need to see it.",
    )
    # --- why a promise ended (CapacityPromise.spec.cause, and in events) --------------------------------
    EXPIRED = (
        "Expired",
        Mender.NOBODY,
        "The promise ended because its window was over.",
        "Nothing.",
        Role.ENDING,
    )
    CANCELLED = (
        "Cancelled",
        Mender.NOBODY,
        "The promise ended because its tenant deleted the reservation.",
        "Nothing.",
        Role.ENDING,
    )
    AMENDED = (
        "Amended",
        Mender.NOBODY,
        "The promise took another form because its tenant changed the reservation.",
        "Nothing: what was in force stayed so until the new form was promised.",
        Role.ENDING,
    )


RUNNING = frozenset(reason for reason in Reason if reason.role is Role.RUNNING)
"""What condition Ready says while a tenant's pods can run."""
CAUSES = tuple(reason for reason in Reason if reason.role is Role.ENDING)
"""Why a promise ended: CapacityPromise.spec.cause."""
