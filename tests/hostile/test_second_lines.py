"""Where two guards stand behind each other, the second holds alone, too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from tests.documents import Document, changed, edit
from tests.guards.server import ENGINEER, OURS
from tests.hostile.attack import QUOTA_SAYS, SECURITY_SAYS, Attack, Try, play
from tests.hostile.pod_attacks import OF_THE_HOST, OF_THE_PROCESS, Unlawful
from tests.hostile.pod_specs import created, lawful
from tests.hostile.rules import Switches
from tests.hostile.tables import ATTACKS
from tests.hostile.test_rules import RULES
from tests.hostile.world import RBAC, World, done, until

STANDARD = [each for each in (*OF_THE_HOST, *OF_THE_PROCESS) if each.standard]
BESIDE = [attack for attack in ATTACKS if attack.beside == QUOTA_SAYS]
_PATIENCE = 15.0


@pytest.fixture(scope="module")
def without_policies(world: World) -> Iterator[World]:
    """The site with all rules about pods and services off; on again at the end."""
    switches = Switches(world)
    names = ("holdfast-pod-host", "holdfast-pod-privileges", "holdfast-tenant-services")
    switches.off(*(rule for rule in RULES if rule.place == "site" and rule.policy in names))
    away = next(attack for attack in ATTACKS if attack.sentence == "a service of type ExternalName")
    root = Attack(
        "",
        "mistral",
        "site",
        "",
        "",
        created("mistral", "Job", changed(lawful("mistral"), edit("hostPID", True))),
    )
    user = changed(lawful("mistral"), edit("securityContext", "runAsUser", 0))
    lifted = (away, root, Attack("", "mistral", "site", "", "", created("mistral", "Job", user)))
    until(lambda: all(play(world, each, dry=True).accepted for each in lifted), "the policies off", _PATIENCE)
    yield world
    switches.off()
    until(lambda: not play(world, away, dry=True).accepted, "the policies on", _PATIENCE)
    until(lambda: not play(world, root, dry=True).accepted, "the policies on", _PATIENCE)


@pytest.mark.parametrize("each", STANDARD, ids=lambda each: each.what)
def test_pod_security_admission_refuses_the_same_pods(without_policies: World, each: Unlawful) -> None:
    request = created("mistral", "pod", changed(lawful("mistral"), each.change))
    answer = play(without_policies, Attack("", "mistral", "site", SECURITY_SAYS, "", request), dry=True)
    assert "violates PodSecurity" in answer.message


@pytest.mark.parametrize("attack", BESIDE, ids=lambda attack: attack.name)
def test_the_quota_refuses_the_same_services(without_policies: World, attack: Attack) -> None:
    answer = play(without_policies, attack, dry=True)
    assert "exceeded quota: holdfast-tenant" in answer.message


FENCES = [
    ("/api/v1/namespaces/mallory/resourcequotas/holdfast-tenant", "hard"),
    ("/apis/networking.k8s.io/v1/namespaces/mallory/networkpolicies/holdfast-tenant", "ingress"),
]


@pytest.mark.parametrize(("path", "field"), FENCES, ids=[path.split("/")[-2] for path, _ in FENCES])
def test_a_fence_pulled_down_by_who_may_stands_again(world: World, path: str, field: str) -> None:
    before = done(world.site.call("GET", path))
    assert world.site.call("DELETE", path).accepted
    until(lambda: _stands(world, path, before), "the fence stands again")
    change = {"spec": {field: [{}] if field == "ingress" else {"services.nodeports": "9"}}}
    assert world.site.call("PATCH", path, change).accepted
    until(lambda: _stands(world, path, before), "the fence says the same again")


def _stands(world: World, path: str, before: Document) -> bool:
    answer = world.site.call("GET", path)
    return answer.accepted and answer.document["spec"] == before["spec"]


def test_a_role_a_tenant_gave_itself_does_not_reach_beyond_its_namespace(world: World) -> None:
    person = world.person("mallory", "site")
    more = {"metadata": {"name": "more"}, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]}
    assert person.call("POST", f"{RBAC}/namespaces/mallory/roles", more).accepted
    for request in (
        Try("GET", "/api/v1/nodes"),
        Try("GET", "/api/v1/namespaces/anthropic/pods"),
        Try("PATCH", "/api/v1/namespaces/anthropic", {"metadata": {"labels": {"a": "b"}}}),
        Try("POST", f"{RBAC}/clusterrolebindings", {"metadata": {"name": "more"}}),
    ):
        assert person.call(request.verb, request.path, request.body).status == 403


def test_once_all_stands_the_agent_writes_no_fence_again(world: World) -> None:
    def versions() -> list[str]:
        paths = [path.replace("mallory", "anthropic") for path, _ in FENCES]
        found = [done(world.site.call("GET", path)) for path in (*paths, "/api/v1/namespaces/anthropic")]
        return [str(one["metadata"]["resourceVersion"]) for one in found]

    before = versions()
    for exceptions in (["Rdma", "RootUser"], ["Rdma"]):
        change = {"spec": {"podExceptions": exceptions}}
        done(world.hub.call("PATCH", f"{OURS}/tenants/mallory", change, ENGINEER))
        until(partial(_shows, world, len(exceptions)), "the agent had a turn")
    assert versions() == before


def _shows(world: World, exceptions: int) -> bool:
    labels = done(world.site.call("GET", "/api/v1/namespaces/mallory"))["metadata"]["labels"]
    return len([key for key in labels if key.startswith("pod-exception.")]) == exceptions
