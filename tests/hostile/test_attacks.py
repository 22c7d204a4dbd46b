"""Every attack is refused, with the reason of the guard that is there for it."""

from __future__ import annotations

import pytest
from tests.hostile.attack import Attack, play
from tests.hostile.tables import ATTACKS
from tests.hostile.world import World


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_is_refused(world: World, attack: Attack) -> None:
    answer = play(world, attack)
    assert not answer.accepted, f"{attack.guard} let it through"
    assert attack.reason in answer.message
    assert answer.status in (400, 403, 409, 422)
