"""Everything an audit checks, in the order it is reported. A check is pure: a picture in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.audit import access as openness
from holdfast.audit import blocked, handover, inventory, maintenance, occupancy, ownership, provisioned
from holdfast.audit import promises as keeping
from holdfast.audit import status as telling
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture

Check = Callable[[Picture], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("I1", occupancy.never_oversubscribed),  # no instant at which more is promised than declared
    ("I1", occupancy.one_attempt),  # one reservation, one attempt in force
    ("I1", occupancy.hardware_once),  # one node pool, one unit
    ("I1", occupancy.no_more_than_promised),  # units in hand never exceed the promise
    ("I2", openness.bound_as_told),  # who is told to run can run
    ("I2", openness.nodes_carry_their_grant),  # what is reported open is open on every node
    ("I2", openness.nodes_open_to_named_only),  # no node lets in whom the ledger does not name
    ("I2", openness.namespaces_admit_holders),  # no namespace lets its pods tolerate what is not its tenant's
    ("I2", blocked.units_are_served),  # no agent leaves a unit other than its ledger says
    ("I2", blocked.nodes_have_their_unit),  # no node outside every unit stays in somebody's hands
    ("I2", blocked.tenants_have_their_namespace),  # every tenant finds its namespace at every site
    ("I3", keeping.promises_are_kept),  # every promise has its whole share
    ("I3", keeping.intervals_are_kept),  # every interval has its slices
    ("I3", keeping.entries_have_their_promise),  # every share has its promise
    ("I5", inventory.units_add_up),  # held + free + quarantined = declared
    ("I5", inventory.grants_are_numbered),  # a number names one grant
    ("I5", inventory.grants_have_their_entry),  # a unit is held for an entry
    ("I6", ownership.entries_belong),  # an entry's tenant is its namespace's
    ("I6", ownership.promises_belong),  # a promise's tenant is its namespace's
    ("I6", ownership.entries_name_their_promise),  # entry and promise object speak of one reservation
    ("I7", keeping.bound_inside_the_window),  # nothing bound early or late
    ("I9", telling.told_as_promised),  # status is the promise
    ("I9", telling.capacity_is_consistent),  # the numbers fit one another
    ("I10", handover.reports_fit_the_grants),  # open and clean numbers fit the grants
    ("I15", occupancy.peak_covers),  # peak keeps hardware from being taken away
    ("I17", maintenance.leaves_enough),  # maintenance takes nothing from whom it does not name
    ("I15", provisioned.hardware_has_its_pool),  # hardware that stands is counted by a pool
)


def findings_in(picture: Picture) -> tuple[Finding, ...]:
    """All that is wrong in one picture, in the order of CHECKS; each names the invariant that does not hold."""
    return tuple(finding for _, check in CHECKS for finding in check(picture))
