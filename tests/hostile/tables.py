"""All attacks, by name: one counts once per guard and way."""

from __future__ import annotations

from tests.hostile import own_attacks, pod_attacks, policy_attacks, reservation_attacks, right_attacks

ATTACKS = [
    *pod_attacks.attacks(),
    *policy_attacks.attacks(),
    *own_attacks.attacks(),
    *reservation_attacks.attacks(),
    *right_attacks.attacks(),
]
