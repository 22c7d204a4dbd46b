"""Names are a protocol: these are the spellings nodes are born with and policies look for."""

from __future__ import annotations

import pytest

from holdfast.hardware import names


@pytest.mark.parametrize(
    ("constant", "spelling"),
    [
        (names.GROUP_VERSION, "holdfast.dev/v1alpha1"),
        (names.POOL_LABEL, "holdfast.dev/pool"),
        (names.UNIT_LABEL, "holdfast.dev/unit"),
        (names.RESERVATION_TAINT, "holdfast.dev/reservation"),
        (names.NO_RESERVATION, "none"),
        (names.DRAINING_TAINT, "holdfast.dev/draining"),
        (names.RESERVATION_LABEL, "holdfast.node-restriction.kubernetes.io/reservation"),
        (names.GRANT_ANNOTATION, "holdfast.dev/grant"),
        (names.TENANT_LABEL, "holdfast.dev/tenant"),
        (names.SYSTEM_NAMESPACE, "holdfast-system"),
        (names.AGENTS_NAMESPACE, "holdfast-agents"),
        (names.AGENTS_GROUP, "system:serviceaccounts:holdfast-agents"),
        (names.PLATFORM_ENGINEERS, "holdfast:platform-engineers"),
        (names.ELECTION_LEASE, "holdfast-planner"),
    ],
)
def test_a_name_is_spelled_as_the_protocol_says(constant: str, spelling: str) -> None:
    assert constant == spelling


def test_a_pool_name_gives_back_its_datacenter_and_block() -> None:
    pool = names.pool_name("lake-mariner", "tpu7x-a")
    assert pool == "lake-mariner.tpu7x-a"
    assert (names.datacenter_of(pool), names.block_of(pool)) == ("lake-mariner", "tpu7x-a")


def test_a_node_pool_is_named_after_block_and_unit() -> None:
    assert names.node_pool_name("tpu7x-a", "cube-000") == "tpu7x-a-cube-000"


def test_a_namespace_shows_what_it_holds_by_uid() -> None:
    assert names.reservation_namespace_label("6f1c") == "reservation.holdfast.dev/6f1c"
