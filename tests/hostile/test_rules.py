"""No rule of a policy is there for nothing: with that one off, an attack comes through that no other guard stops.

Where another rule would refuse the same, the attack names it, and both are off. Nothing that comes through is done:
it is tried as a dry run.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.hostile.attack import Attack, play
from tests.hostile.rules import PLACES, Rule, Switches, documents, rules
from tests.hostile.tables import ATTACKS
from tests.hostile.world import World, until

RULES = list(rules())
_PATIENCE = 15.0


def against(rule: Rule) -> list[Attack]:
    """The attacks that only this rule stops, those that no other rule stops first."""
    found = [attack for attack in ATTACKS if rule.refuses(attack) and not attack.beside]
    return sorted(found, key=lambda attack: len(attack.second))


def behind(attack: Attack) -> list[Rule]:
    """The rules that would refuse the same."""
    return [
        rule
        for policy, words in attack.second
        for rule in RULES
        if (rule.place, rule.policy) == (attack.place, policy) and words in rule.words
    ]


@pytest.fixture(scope="module")
def switches(world: World) -> Iterator[Switches]:
    """All on again at the end."""
    switches = Switches(world)
    yield switches
    switches.off()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.place} {rule.policy} {rule.number}")
def test_without_it_an_attack_comes_through(world: World, switches: Switches, rule: Rule) -> None:
    attack = next(iter(against(rule)), None)
    assert attack is not None, f"no attack is stopped by this alone: {rule.words}"
    if play(world, attack, dry=True).accepted:  # the rule was off for another's sake
        switches.off()
        until(lambda: not play(world, attack, dry=True).accepted, f"{attack.name}: refused again", _PATIENCE)
    switches.off(rule, *behind(attack))
    until(lambda: play(world, attack, dry=True).accepted, attack.name, _PATIENCE)


def test_every_rule_on_again_stops_them_again(world: World, switches: Switches) -> None:
    switches.off()
    attacks = [found[0] for rule in RULES if (found := against(rule))]
    until(
        lambda: not any(play(world, each, dry=True).accepted for each in attacks), "all rules on", _PATIENCE
    )


def test_every_policy_fails_closed_and_is_bound_to_deny_everywhere() -> None:
    found = [each for folder in PLACES for each in documents(folder)]
    policies = {each["metadata"]["name"]: each["spec"] for each in found if each["kind"].endswith("Policy")}
    bindings = [each["spec"] for each in found if each["kind"].endswith("PolicyBinding")]
    assert {spec["failurePolicy"] for spec in policies.values()} == {"Fail"}
    assert sorted(spec["policyName"] for spec in bindings) == sorted(policies)
    assert all(spec == {"policyName": spec["policyName"], "validationActions": ["Deny"]} for spec in bindings)


def test_every_attack_on_a_policy_runs_into_one_of_its_rules() -> None:
    policies = {rule.policy for rule in RULES}
    on_policies = [attack for attack in ATTACKS if attack.guard in policies]
    assert [each.name for each in on_policies if not any(rule.refuses(each) for rule in RULES)] == []


def test_there_are_more_than_a_hundred_attacks_and_no_two_are_called_alike() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) > 100
