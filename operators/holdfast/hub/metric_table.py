"""Every metric of the operator, as it is served and documented."""

from __future__ import annotations

from holdfast.process.described import Metric, MetricKind

_POOL = ("pool", "of the hub")
_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_PROMISED_WITHIN = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0, 86_400.0, 604_800.0)

UNITS = Metric(
    "holdfast_units",
    MetricKind.GAUGE,
    "Declared units; each is in one state, so they can be summed",
    (_POOL, ("state", "Active, Releasing, Quarantined, Due, Retiring, Broken or Free")),
)
BROKEN_HELD = Metric(
    "holdfast_held_broken_units", MetricKind.GAUGE, "Units in a tenant's hands that do not work", (_POOL,)
)
PROMISED = Metric("holdfast_promised_units", MetricKind.GAUGE, "Units due to promises now", (_POOL,))
SPARE = Metric("holdfast_spare_units", MetricKind.GAUGE, "Units kept free to repair promises", (_POOL,))
DEFICIT = Metric(
    "holdfast_deficit_units", MetricKind.GAUGE, "Units promised now beyond what can be delivered", (_POOL,)
)
DEFICIT_AHEAD = Metric(
    "holdfast_deficit_ahead_units",
    MetricKind.GAUGE,
    "The most units that promises will lack at one instant still to come",
    (_POOL,),
)
REPAIRS_FROZEN = Metric(
    "holdfast_repairs_frozen",
    MetricKind.GAUGE,
    "1 while more of a pool is reported as failed than is believed, so that nothing is swapped on these words",
    (_POOL,),
)
LEDGER_FILL = Metric(
    "holdfast_ledger_fill_ratio",
    MetricKind.GAUGE,
    "Entries of a ledger, or intervals in them, of those it may have, whichever is nearer: 0 to 1",
    (_POOL,),
)
SITE_SILENT = Metric(
    "holdfast_site_silent",
    MetricKind.GAUGE,
    "1 while the agent of a datacenter in operation is not heard",
    (("datacenter", "of the hub"),),
)
HOLDS = Metric(
    "holdfast_holds", MetricKind.GAUGE, "Reservations held", (("reason", "a word of docs/reasons.md"),)
)
FROZEN = Metric("holdfast_frozen", MetricKind.GAUGE, "Pools and promises left alone until a person looks")
HELD_DELETIONS = Metric(
    "holdfast_held_deletions",
    MetricKind.GAUGE,
    "Reservations that are gone while their promises are kept",
    (("state", "questioned: for longer; frozen: until a person looks"),),
)
UNREADABLE = Metric("holdfast_unreadable", MetricKind.GAUGE, "Objects on the hub that cannot be read")
LEADING = Metric(
    "holdfast_leading", MetricKind.GAUGE, "1 while this replica leads: then its other numbers are the hub's"
)
CLOCK_TRUSTED = Metric(
    "holdfast_clock_trusted", MetricKind.GAUGE, "1 while the API server's Dates agree with the clock"
)
RESTING = Metric(
    "holdfast_resting",
    MetricKind.GAUGE,
    "1 while the hub was restored from a backup and nobody has let it sell again",
)
CONSENTS_WANTED = Metric(
    "holdfast_consents_wanted",
    MetricKind.GAUGE,
    "Failed units that stay with their tenant until it agrees to a swap, or until its time to answer is over",
    (_POOL,),
)
SNAPSHOT_AGE = Metric(
    "holdfast_snapshot_age_seconds",
    MetricKind.GAUGE,
    "Since the picture on which the last whole turn of this replica was taken; 0 while it does not lead",
)
TURNS = Metric("holdfast_turns", MetricKind.COUNTER, "Turns taken")
TURN_SECONDS = Metric(
    "holdfast_turn_seconds", MetricKind.HISTOGRAM, "How long a turn took, writes included", (), _SECONDS
)
STEPS = Metric(
    "holdfast_steps", MetricKind.COUNTER, "Steps of turns", (("outcome", "written, stale or refused"),)
)
TIME_TO_PROMISE = Metric(
    "holdfast_time_to_promise_seconds",
    MetricKind.HISTOGRAM,
    "From a reservation's creation to its promise, of promises this term has made",
    (),
    _PROMISED_WITHIN,
)
HUB_METRICS = (
    LEADING,
    CLOCK_TRUSTED,
    UNITS,
    BROKEN_HELD,
    PROMISED,
    SPARE,
    DEFICIT,
    DEFICIT_AHEAD,
    REPAIRS_FROZEN,
    CONSENTS_WANTED,
    LEDGER_FILL,
    SITE_SILENT,
    HOLDS,
    FROZEN,
    HELD_DELETIONS,
    UNREADABLE,
    RESTING,
    SNAPSHOT_AGE,
    TURNS,
    TURN_SECONDS,
    STEPS,
    TIME_TO_PROMISE,
)
