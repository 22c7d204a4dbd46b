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

CHECKS: tuple[Check, ...] = (
    occupancy.never_oversubscribed,  # I1   no instant at which more is promised than declared
    occupancy.one_attempt,  # I1   one reservation, one attempt in force
    occupancy.hardware_once,  # I1   one node pool, one unit
    occupancy.no_more_than_promised,  # I1   units in hand never exceed the promise
    openness.bound_as_told,  # I2   who is told to run can run
    openness.nodes_carry_their_grant,  # I2   what is reported open is open on every node
    openness.nodes_open_to_named_only,  # I2   no node lets in whom the ledger does not name
    openness.namespaces_admit_holders,  # I2   no namespace lets its pods tolerate what is not its tenant's
    blocked.units_are_served,  # I2   no agent leaves a unit other than its ledger says
    blocked.nodes_have_their_unit,  # I2   no node outside every unit stays in somebody's hands
    blocked.tenants_have_their_namespace,  # I2   every tenant finds its namespace at every site
    keeping.promises_are_kept,  # I3   every promise has its whole share
    keeping.intervals_are_kept,  # I3   every interval has its slices
    keeping.entries_have_their_promise,  # I3   every share has its promise
    inventory.units_add_up,  # I5   held + free + quarantined = declared
    inventory.grants_are_numbered,  # I5   a number names one grant
    inventory.grants_have_their_entry,  # I5   a unit is held for an entry
    ownership.entries_belong,  # I6   an entry's tenant is its namespace's
    ownership.promises_belong,  # I6   a promise's tenant is its namespace's
    ownership.entries_name_their_promise,  # I6   entry and promise object speak of one reservation
    keeping.bound_inside_the_window,  # I7   nothing bound early or late
    telling.told_as_promised,  # I9   status is the promise
    telling.capacity_is_consistent,  # I9   the numbers fit one another
    handover.reports_fit_the_grants,  # I10  open and clean numbers fit the grants
    occupancy.peak_covers,  # I15  peak keeps hardware from being taken away
    maintenance.leaves_enough,  # I17  maintenance takes nothing from whom it does not name
    provisioned.hardware_has_its_pool,  # I15  hardware that stands is counted by a pool
)


def findings_in(picture: Picture) -> tuple[Finding, ...]:
    """All that is wrong in one picture, in the order of CHECKS."""
    return tuple(finding for check in CHECKS for finding in check(picture))
