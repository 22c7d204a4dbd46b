"""The site agent by the stack, where its image is declared: what comes when, and what stays."""

from __future__ import annotations

import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main

IMAGE = "registry.example/holdfast:0.1.0"
COMING = "2027-04-01T00:00:00Z"
AGENT = ("cluster/agent", {"image": IMAGE})
BROUGHT = [
    ("siteKind", "kubernetes"),
    ("cluster", {"context": "oslo", "agent": {"image": IMAGE}}),
    ("pools", {"b200-a": {"acceleratorType": "b200", "spares": 1, "units": [{"ids": "host-0..host-2"}]}}),
]


@pytest.fixture(scope="module", params=["gke", "kubernetes"])
def built(request: pytest.FixtureRequest) -> Recording:
    return run(main, "lake-mariner", changed(AGENT) if request.param == "gke" else changed(*BROUGHT))


def test_the_agent_runs_its_declared_image_for_its_own_datacenter(built: Recording) -> None:
    (agent,), (settings,) = built.of(":Deployment"), built.of(":ConfigMap")
    assert [each["image"] for each in agent.inputs["spec"]["template"]["spec"]["containers"]] == [IMAGE]
    assert settings.inputs["data"]["datacenter"] == "lake-mariner"


def test_policies_stand_before_the_agent_lets_anybody_in_and_stay_behind_whoever_runs_there(
    built: Recording,
) -> None:
    (agent,) = built.of(":Deployment")
    policies = built.of(":ValidatingAdmissionPolicy")
    assert policies
    assert {each.urn for each in policies} <= built.waits_for(agent)
    assert all(each.retained for each in policies)
    assert not agent.retained


def test_the_stack_does_not_wait_for_an_agent_whose_key_is_made_after_it(built: Recording) -> None:
    (agent,) = built.of(":Deployment")
    assert agent.inputs["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"


def test_its_account_is_in_the_hub_and_everything_else_in_the_sites_cluster(built: Recording) -> None:
    account = next(each for each in built.of(":ServiceAccount") if each.name.endswith("/lake-mariner"))
    assert account.inputs["metadata"]["namespace"] == "holdfast-agents"
    assert "::hub::" in account.provider
    assert "::site::" in built.of(":Deployment")[0].provider


def test_a_refused_destroy_leaves_the_agent_where_it_is(built: Recording) -> None:
    (seal,), (agent,) = built.of("StackSeal"), built.of(":Deployment")
    assert agent.urn in built.waits_for(seal)


def test_without_its_image_a_site_gets_no_software() -> None:
    assert run(main, "lake-mariner", changed()).of(":Deployment") == []


def test_before_it_is_built_a_site_gets_no_software() -> None:
    cubes = {"acceleratorType": "tpu7x", "spares": 0, "units": [{"ids": "cube-000", "availableFrom": COMING}]}
    coming = changed(("lifecycle", "UnderConstruction"), AGENT, ("pools", {"tpu7x-a": cubes}))
    assert run(main, "lake-mariner", coming).of(":Deployment") == []
