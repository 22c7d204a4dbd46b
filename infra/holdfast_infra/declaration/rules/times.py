"""Declared times that can contradict each other, each pair with its answer.

L lease   A availableFrom   R retiredBy   P pledge until   X maintenance exclusion   O maintenance window
D drainLead (notice)   G grace   T turnAround   F repair   W shortest window there is, 10 s

pair              answer
L end, L start    refused unless W lies between them: the site could never be used
A, L end          refused unless W lies between them: the unit could never be sold
A, L start        refused if A is earlier: the unit would be sold at a site that is not rented yet
R, A              refused unless W lies between them: the unit could never be sold
R, L start        refused if R is not later: the unit would leave before the site is rented
R, L end          allowed: the earlier of the two ends every promise on the unit
X end, X start    refused unless later (cluster.py): it protects no time
X, L              refused if they do not overlap: no node stands there while it protects
X, X              allowed to overlap: GKE joins them
O                 refused if it is longer than five years, and if more than 16: a pool's calendar takes no more
X, O and O, L     refused unless a slot of O (maintenance window) is open, in the lease and outside all X
P, L and P, A     allowed: hardware may be pledged before it stands here and after it left
G, T              refused if G is longer: eviction takes up to G and is part of T, so the next tenant's
                  window would open while pods of the last may still run
D, G, T, F to L   each refused unless shorter than the lease: no window would be left around it
D, W              allowed: the planner shortens the notice of a window that is short for it
D, G              allowed: one lies before the end of a window, the other after it
D, T and F, any   allowed: they never share a second
any of D G T F    bounded by five years, as a window is (fields)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast.hardware.instants import LONGEST_SECONDS, seconds_of
from holdfast.hardware.obligations import SiteLease
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.site import UNDER_CONSTRUCTION
from holdfast_infra.declaration.units import Unit, leaves_a_window
from holdfast_infra.declaration.upgrades import IN_WORDS, MaintenanceWindow, opens, outside

LONGEST_EXCLUSION_DAYS = {"EXTENDED": 731}
"""GKE supports a minor version for 14 months, in Extended for 24, and an exclusion ends with the support at the
latest: docs.cloud.google.com/kubernetes-engine/docs/release-schedule, .../concepts/maintenance-windows-and-exclusions.
Rapid has a version up to two months before the 14 begin."""
_LONGEST_ELSEWHERE = 488
MOST_EXCLUSIONS = 20
"""Of one cluster: terraform-provider-google resource_container_cluster.go, maintenance_exclusion MaxItems."""
MOST_WINDOWS = 16
"""Times that the calendar of one pool keeps free: `MAX_OUTAGES` of operators/holdfast/api/ledger.py."""
_DAY = 86_400


def _units_lie_in_the_lease(datacenter: Datacenter) -> Iterator[Mistake]:
    lease = datacenter.lease
    for pool in datacenter.pools if lease.start and lease.end else ():
        # A range has one pair of dates for all its units: its first unit says it.
        firsts = {(unit.available_from, unit.retired_by): unit for unit in reversed(pool.units)}
        for unit in firsts.values():
            wrong = _outside(unit, lease)
            if wrong:
                yield Mistake(f"pools.{pool.block}.units", *wrong)


def _outside(unit: Unit, lease: SiteLease) -> tuple[str, str, str] | None:
    """Value, consequence and remedy if the unit's own dates lie outside the lease."""
    since, until = unit.available_from, unit.retired_by
    if since and not leaves_a_window(since, lease.end):
        return (
            shown(since),
            f"is not before the site lease ends ({lease.end}), so {unit.name} could never be sold",
            "correct availableFrom or lease.end",
        )
    if since and since < lease.start:
        return (
            shown(since),
            f"is before the site lease starts ({lease.start}), so {unit.name} would be sold at a site not rented yet",
            "correct availableFrom or lease.start",
        )
    if until and until <= lease.start:
        return (
            shown(until),
            f"is not after the site lease starts ({lease.start}), so {unit.name} could never be sold",
            "correct retiredBy or lease.start",
        )
    return None


def _future_supply_has_a_date(datacenter: Datacenter) -> Iterator[Mistake]:
    all_are_future = datacenter.site.lifecycle == UNDER_CONSTRUCTION
    for pool in datacenter.pools:
        undated = [
            unit.name
            for unit in pool.units
            if (all_are_future or not unit.delivered) and not unit.available_from
        ]
        if undated:
            yield Mistake(
                f"pools.{pool.block}.units",
                shown(undated[0]),
                "is not there yet and has no date, so it would be sold as if it were",
                "give their range an availableFrom",
            )


def _exclusions_lie_in_the_lease(datacenter: Datacenter) -> Iterator[Mistake]:
    lease = datacenter.lease
    for index, each in enumerate(datacenter.cluster.exclusions if lease.start and lease.end else ()):
        if each.start and each.end and (each.end <= lease.start or each.start >= lease.end):
            yield Mistake(
                f"cluster.maintenanceExclusions[{index}]",
                f"{each.start} to {each.end}",
                f"lies outside the site lease ({lease.start} to {lease.end}), so it protects nothing",
                "correct its dates or leave it out",
            )


def _exclusions_are_no_longer_than_support(datacenter: Datacenter) -> Iterator[Mistake]:
    channel = datacenter.cluster.release_channel
    most = LONGEST_EXCLUSION_DAYS.get(channel or "EXTENDED", _LONGEST_ELSEWHERE)
    for index, each in enumerate(datacenter.cluster.exclusions):
        days = (seconds_of(each.end) - seconds_of(each.start)) / _DAY if each.start and each.end else 0
        if days > most:
            yield Mistake(
                f"cluster.maintenanceExclusions[{index}].end",
                shown(each.end),
                f"is {days:,.0f} days after its start, but GKE supports a version of channel {channel} "
                f"for at most {most} days and refuses an exclusion beyond that",
                "write until: endOfSupport instead of end",
            )


def _exclusions_have_names_of_their_own(datacenter: Datacenter) -> Iterator[Mistake]:
    plan = datacenter.cluster
    first = {each.name: "the time outside windows" for each in outside(plan.windows)}
    for index, each in enumerate(plan.exclusions):
        here = f"maintenanceExclusions[{index}]"
        if each.name and first.setdefault(each.name, here) != here:
            yield Mistake(
                f"cluster.{here}.name",
                shown(each.name),
                f"is the name of {first[each.name]} too, and GKE keeps one of a name",
                "give each its own name",
            )


def _exclusions_are_few(datacenter: Datacenter) -> Iterator[Mistake]:
    plan = datacenter.cluster
    if len(plan.kept) > MOST_EXCLUSIONS:
        yield Mistake(
            "cluster.maintenanceExclusions",
            str(len(plan.exclusions)),
            f"are {len(plan.kept)} with the time outside of {len(plan.windows)} windows, "
            f"and GKE accepts {MOST_EXCLUSIONS}",
            "join adjoining ones",
        )


def _windows_open_something(datacenter: Datacenter) -> Iterator[Mistake]:
    plan, lease = datacenter.cluster, datacenter.lease
    closed = [each for each in plan.exclusions if each.start]
    for index, each in enumerate(plan.windows):
        if not (each.start and each.end and lease.start and lease.end):
            continue
        leased = MaintenanceWindow(max(each.start, lease.start), min(each.end, lease.end))
        if not opens(leased, closed):
            yield Mistake(
                f"cluster.maintenanceWindows[{index}]",
                f"{each.start} to {each.end}",
                f"has no whole slot ({IN_WORDS}) in the site lease and outside of maintenanceExclusions, "
                "so nothing would be upgraded in it",
                "write a longer one, such as a week, or shorten the exclusion",
            )


def _windows_fit_into_the_calendar(datacenter: Datacenter) -> Iterator[Mistake]:
    windows = datacenter.cluster.windows
    if len(windows) > MOST_WINDOWS:
        yield Mistake(
            "cluster.maintenanceWindows",
            str(len(windows)),
            f"are more than the {MOST_WINDOWS} that the calendar of a pool keeps free, so in the others tenants "
            "would be promised what GKE may upgrade",
            "leave out those that are over, or join adjoining ones",
        )
    for index, each in enumerate(windows):
        if each.start and each.end and seconds_of(each.end) - seconds_of(each.start) > LONGEST_SECONDS:
            yield Mistake(
                f"cluster.maintenanceWindows[{index}].end",
                shown(each.end),
                f"is more than five years after its start ({each.start}), and the hub's calendar takes none so long",
                "write an earlier instant",
            )


def _grace_fits_into_the_turn_around(datacenter: Datacenter) -> Iterator[Mistake]:
    times = datacenter.hand_over
    if times.grace > times.turn_around:
        yield Mistake(
            "graceSeconds",
            str(times.grace),
            f"is longer than turnAroundSeconds ({times.turn_around}), so pods of one tenant could still run "
            "when the window of the next opens",
            "shorten graceSeconds or lengthen turnAroundSeconds",
        )


def _times_are_shorter_than_the_lease(datacenter: Datacenter) -> Iterator[Mistake]:
    lease, times = datacenter.lease, datacenter.hand_over
    if not (lease.start and lease.end):
        return
    length = seconds_of(lease.end) - seconds_of(lease.start)
    declared = {"drainLeadSeconds": times.drain_lead, "turnAroundSeconds": times.turn_around}
    for name, seconds in declared.items():
        if seconds >= length:
            yield Mistake(
                name,
                str(seconds),
                f"is not shorter than the site lease ({length:,} s), so it would fill every window there",
                "write fewer seconds or correct the lease",
            )


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _units_lie_in_the_lease,  # nothing is promised outside the lease, nor on a unit outside its own dates
    _future_supply_has_a_date,  # undated units count as delivered
    _exclusions_are_no_longer_than_support,  # GKE: an exclusion ends with the support of the version
    _exclusions_have_names_of_their_own,  # GKE: a name is a cluster's only once
    _exclusions_are_few,  # GKE: a bound
    _windows_open_something,  # else the next forced upgrade comes as a surprise
    _windows_fit_into_the_calendar,  # where it takes none, what GKE may upgrade would be promised
    _exclusions_lie_in_the_lease,  # a forgotten one hides that nothing is protected now
    _grace_fits_into_the_turn_around,  # eviction is a part of the turn-around
    _times_are_shorter_than_the_lease,  # each is spent in it at every change of holders
)
