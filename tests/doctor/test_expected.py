"""What this version installs, and where what is found is not that."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.doctor.expected import altered, installation
from holdfast.hardware.names import GROUP


def test_every_guard_policy_and_definition_of_the_manifests_is_expected() -> None:
    wanted = installation()
    assert f"acceleratorpools.{GROUP}" in wanted.definitions
    assert {"holdfast-definitions", "holdfast-reservation-window", "holdfast-tenant-label"} <= set(
        wanted.policies
    )
    assert {one["spec"]["policyName"] for one in wanted.bindings.values()} == set(wanted.policies)


@pytest.mark.parametrize(
    ("wanted", "found", "where"),
    [
        ({"a": 1}, {"a": 1, "b": "a default"}, ""),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2, "d": 3}]}}, ""),
        ({"a": []}, {}, ""),
        ({"a": {}}, {}, ""),
        ({"a": 1}, {"a": 2}, "spec.a"),
        ({"a": 1}, {}, "spec.a"),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, "spec.a.b[1].c"),
        ({"a": [1]}, {"a": [1, 2]}, "spec.a"),
        ({"a": [1]}, {"a": 7}, "spec.a"),
        ({"a": {"b": 1}}, {"a": []}, "spec.a"),
    ],
)
def test_more_than_is_wanted_is_no_alteration_and_anything_else_is(
    wanted: Any, found: Any, where: str
) -> None:
    assert altered(wanted, found) == where
