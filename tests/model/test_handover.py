"""Every order of a planner and two agents over one unit of two hosts; and that no rule of theirs can be spared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.model.explorer import Explored, Model, Unsafe, explore
from tests.model.hosts import Rules, Site, calm, moves, wrong

pytestmark = pytest.mark.model


def explored(rules: Rules) -> Explored:
    return explore(
        Model(
            Site(), lambda site: moves(site, rules), lambda site: site, wrong, lambda site: calm(site, rules)
        )
    )


def test_no_host_is_ever_open_to_another_than_the_ledger_names() -> None:
    found = explored(Rules())
    assert found.states > 10_000
    assert found.at_rest > 0


@pytest.mark.parametrize("rule", ["writes_on_release", "numbers_grants", "reads_ledger_last"])
def test_without_any_one_rule_some_order_opens_a_host_to_the_former_holder(rule: str) -> None:
    with pytest.raises(Unsafe, match="is open to"):
        explored(replace(Rules(), **{rule: False}))
