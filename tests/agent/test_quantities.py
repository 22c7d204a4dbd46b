"""Kubernetes' quantities as thousandths."""

from __future__ import annotations

import pytest

from holdfast.agent.quantities import quantity, thousandths

SAME = [
    ("4", 4_000), ("0", 0), ("100m", 100), ("1500m", 1_500), ("1.5", 1_500), ("2k", 2_000_000), ("1e3", 1_000_000),
    ("1Ki", 1_024_000), ("400Gi", 400 * 2**30 * 1000), ("1M", 10**9), ("5E", 5 * 10**21), ("1Ei", 2**60 * 1000),
    ("1u", 1), ("1n", 1), ("-1", -1_000), ("2E-3", 2), (".5", 500), ("1.", 1_000),
]  # fmt: skip
NONE = ["", "four", "4 Gi", "4gi", "0x4", "1e999999", "9" * 50, "Ki", "1KiB", "\u0664"]


@pytest.mark.parametrize(("text", "amount"), SAME)
def test_a_quantity_is_so_many_thousandths(text: str, amount: int) -> None:
    assert thousandths(text) == amount


@pytest.mark.parametrize("text", NONE)
def test_anything_else_is_none(text: str) -> None:
    assert thousandths(text) is None


@pytest.mark.parametrize("amount", [0, 1, 999, 1_000, 1_500, 429_496_729_600_000])
def test_what_is_written_is_read_back_the_same(amount: int) -> None:
    assert thousandths(quantity(amount)) == amount
