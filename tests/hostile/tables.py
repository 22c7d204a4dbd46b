"""All attacks, by name: one counts once per guard and way."""

from __future__ import annotations

from tests.hostile import (
    hosts_attacks,
    own_attacks,
    pod_attacks,
    policy_attacks,
    program_attacks,
    reservation_attacks,
    right_attacks,
)

ATTACKS = [
    *hosts_attacks.attacks(),
    *pod_attacks.attacks(),
    *policy_attacks.attacks(),
    *program_attacks.attacks(),
    *own_attacks.attacks(),
    *reservation_attacks.attacks(),
    *right_attacks.attacks(),
]
