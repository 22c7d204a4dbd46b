"""Fixtures of rooms that ask as a tenant: a real hub where tenants have their rights, and one person of a tenant.

Whoever imports them into a conftest has them there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.people import Person, give_rights, person
from tests.guards.stage import TENANTS, Stage, staged


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A real hub with an operator, a pool of four cubes, and two tenants whose people have their rights."""
    with staged(tmp_path_factory.mktemp("hub"), "--absence-seconds=1") as stage:
        for tenant in TENANTS:
            give_rights(stage, tenant)
        yield stage


@pytest.fixture(scope="session")
def mila(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person of mistral, whose kubeconfig names her namespace."""
    return person(stage, tmp_path_factory.mktemp("mila"), "mila", ["mistral"], "mistral")
