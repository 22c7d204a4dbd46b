"""What each way to pay for hardware needs and excludes (capacity.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast_infra.declaration.capacity import FLEX_START, FUTURE, QUEUED, RESERVED
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.pool import Pool
from holdfast_infra.declaration.site import OPERATIONAL

_FLEX_TOGETHER = ("a3-ultragpu", "a4-", "a4x-")
_TOGETHER = ("cube", "domain")


def _hardware_has_a_reservation(datacenter: Datacenter) -> Iterator[Mistake]:
    built = datacenter.site.lifecycle == OPERATIONAL and datacenter.site.is_google
    for pool in datacenter.pools if built else ():
        if pool.capacity in RESERVED and not pool.google_reservation:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                "",
                "is missing, so Google would place nothing",
                "write the path Google gave, such as projects/P/reservations/R/reservationBlocks/B",
            )


def _only_reservations_are_named(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _pools(datacenter):
        if pool.capacity and pool.capacity not in RESERVED and pool.google_reservation:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(pool.google_reservation),
                f"contradicts capacity {pool.capacity}: Google takes exactly one of the two",
                "leave it out, or write capacity: reservation",
            )


def _cubes_are_reserved(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _pools(datacenter):
        if pool.accelerator.unit == "cube" and pool.capacity not in ("", *RESERVED):
            yield Mistake(
                f"pools.{pool.block}.capacity",
                shown(pool.capacity),
                "brings no cubes: Google provisions them dark from a specific reservation only",
                "write capacity: reservation",
            )


def _future_hardware_is_not_delivered(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _pools(datacenter):
        there = [unit.name for unit in pool.units if unit.delivered]
        if pool.capacity == FUTURE and there and datacenter.site.lifecycle == OPERATIONAL:
            yield Mistake(
                f"pools.{pool.block}.capacity",
                shown(FUTURE),
                f"has nothing to place {there[0]} on yet, so its node pool would fail",
                "write delivered: false on its units until Google has made the reservation, then capacity: reservation",
            )


def _what_ends_says_when(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _pools(datacenter):
        endless = [unit.name for unit in pool.units if not unit.retired_by]
        if pool.capacity == FLEX_START and endless:
            yield Mistake(
                f"pools.{pool.block}.units",
                shown(endless[0]),
                "is flex-start hardware, which Google takes back, and has no end, so it would be counted for ever",
                "give its range a retiredBy",
            )


def _only_flex_start_runs_for_a_time(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in _pools(datacenter):
        if pool.max_run_seconds and pool.capacity not in ("", FLEX_START):
            yield Mistake(
                f"pools.{pool.block}.maxRunSeconds",
                str(pool.max_run_seconds),
                f"does nothing with capacity {pool.capacity}",
                "leave it out, or write capacity: flex-start",
            )


def _what_waits_can_stand_together(datacenter: Datacenter) -> Iterator[Mistake]:
    """COMPACT placement with queued goes with TPUs only, with flex start also with some GPU machines."""
    for pool in _pools(datacenter):
        kind = pool.accelerator
        flex = pool.capacity == FLEX_START and not pool.machine_type.startswith(_FLEX_TOGETHER)
        if kind.family != "tpu" and kind.unit in _TOGETHER and (pool.capacity == QUEUED or flex):
            yield Mistake(
                f"pools.{pool.block}.capacity",
                shown(pool.capacity),
                f"does not place the hosts of a {kind.unit} of {kind.name} together",
                "write capacity: reservation",
            )


def _pools(datacenter: Datacenter) -> tuple[Pool, ...]:
    return datacenter.pools if datacenter.site.is_google else ()


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _hardware_has_a_reservation,  # Google: SPECIFIC_RESERVATION takes exactly one reservation
    _only_reservations_are_named,  # Google: exactly one of on-demand, spot, flex start and a reservation
    _cubes_are_reserved,  # Google: PROVISION_ONLY needs a specific reservation
    _future_hardware_is_not_delivered,  # Google: a reservation that does not exist yet
    _what_ends_says_when,  # ours: supply has an end
    _only_flex_start_runs_for_a_time,  # Google: max_run_duration is flex start's
    _what_waits_can_stand_together,  # Google: COMPACT with queued or flex start
)
