"""What hostile tests play of pods, played through LeaderWorkerSet: as its leaders, and as workers of lawful leaders.

All are made at once, with the tenant's own rights; none of them brings a pod that a policy refuses. The controller's
event names the StatefulSet that failed, its log the rule that refused it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.companions.groups import GROUPS, NAME, group_set, said_of
from tests.companions.world import World, done, pods_of, until
from tests.documents import Document, changed
from tests.hostile.attack import filled
from tests.hostile.pod_attacks import ALL, Unlawful
from tests.hostile.pod_specs import lawful

ROLES = ("leader", "worker")
Made = dict[tuple[str, str], str]
"""By what it wants, and as whom: the name of the LeaderWorkerSet."""


def of(spec: Document) -> Document:
    """A template of pods."""
    return {"metadata": {"labels": {"app": "attack"}}, "spec": spec}


@pytest.fixture(scope="module")
def made(world: World) -> Iterator[Made]:
    """Each unlawful pod in both roles; gone at the end."""
    person, calm = world.person("mistral", "site"), of(lawful("mistral"))
    names: Made = {}
    for each in ALL:
        wild = of(changed(lawful("mistral"), each.change))
        for role, body in zip(ROLES, (group_set(1, 2, calm, wild), group_set(1, 2, wild, calm)), strict=True):
            whole = json.loads(filled(world, json.dumps(body)))
            names[each.what, role] = done(person.call("POST", GROUPS, whole))["metadata"]["name"]
    yield names
    assert person.call("DELETE", GROUPS).accepted
    until(lambda: not pods_of(world, "mistral", NAME), "all pods of groups gone")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("each", ALL, ids=lambda each: each.what)
def test_no_group_brings_a_pod_that_may_not_be(world: World, made: Made, each: Unlawful, role: str) -> None:
    name = made[each.what, role]
    until(lambda: each.reason in said_of(world, name), f"refused: {each.reason}")
    pods = pods_of(world, "mistral", f"{NAME}={name}")
    assert [pod["metadata"]["name"] for pod in pods] == ([f"{name}-0"] if role == "worker" else [])


def test_a_lawful_group_that_becomes_unlawful_keeps_its_pods_as_they_were(world: World, made: Made) -> None:
    person, calm = world.person("mistral", "site"), of(lawful("mistral"))
    body = json.loads(filled(world, json.dumps(group_set(1, 1, calm))))
    name = done(person.call("POST", GROUPS, body))["metadata"]["name"]
    until(lambda: pods_of(world, "mistral", f"{NAME}={name}"), "its pod")
    change = {"spec": {"leaderWorkerTemplate": {"workerTemplate": {"spec": {"hostNetwork": True}}}}}
    done(person.call("PATCH", f"{GROUPS}/{name}", change))
    until(lambda: "hostNetwork is refused" in said_of(world, name), "refused")
    assert [pod["spec"].get("hostNetwork", False) for pod in pods_of(world, "mistral", f"{NAME}={name}")] == [
        False
    ]


def test_a_group_reaches_no_neighbours_namespace(world: World) -> None:
    elsewhere = GROUPS.replace("mistral", "anthropic")
    assert world.person("mistral", "site").call("POST", elsewhere, group_set(1, 1, of({}))).status == 403
