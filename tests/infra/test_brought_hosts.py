"""Sites that are not Google's: hosts are marked, nothing is made, everything is asked about."""

from __future__ import annotations

import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main

BROUGHT = [
    ("cluster", {"context": "oslo"}),
    ("pools", {"b200-a": {"acceleratorType": "b200", "spares": 1, "units": [{"ids": "host-0..host-2"}]}}),
]
RACK = {
    "acceleratorType": "gb200-nvl72",
    "spares": 0,
    "nodeNames": "{unit}-n{host}.oslo",
    "units": [{"ids": "rack-7"}],
}


@pytest.fixture(params=["kubernetes", "gdc-bare-metal"])
def oslo(request: pytest.FixtureRequest) -> Recording:
    return run(main, "lake-mariner", changed(("siteKind", request.param), *BROUGHT))


def test_nothing_is_asked_of_google(oslo: Recording) -> None:
    assert oslo.hardware == []


def test_every_host_says_which_unit_of_which_pool_it_is_and_nothing_else(oslo: Recording) -> None:
    marks = {each.inputs["metadata"]["name"]: each.inputs for each in oslo.of("NodePatch")}
    assert sorted(marks) == ["host-0", "host-1", "host-2"]
    assert marks["host-1"]["metadata"]["labels"] == {
        "holdfast.dev/pool": "lake-mariner.b200-a",
        "holdfast.dev/unit": "host-1",
    }
    assert all("spec" not in inputs for inputs in marks.values())


def test_a_mark_is_made_after_its_pool_is_published_and_asks_before_it_goes(oslo: Recording) -> None:
    (pool,), (seal,) = oslo.of("AcceleratorPool"), oslo.of("StackSeal")
    for mark in oslo.of("NodePatch"):
        assert pool.urn in mark.depends_on
        assert mark.urn in oslo.waits_for(seal)
        assert mark.hooks == {"before_delete": ["ask-the-hub"], "before_update": ["ask-the-hub"]}


def test_the_sites_cluster_is_the_context_declared(oslo: Recording) -> None:
    provider = next(each for each in oslo.of("providers:kubernetes") if each.name == "site")
    assert (provider.inputs["kubeconfig"], provider.inputs["context"]) == ("/nowhere/kubeconfig", "oslo")
    assert all(provider.urn in mark.provider for mark in oslo.of("NodePatch"))


def test_a_rack_of_18_hosts_is_one_unit() -> None:
    declared = changed(("siteKind", "kubernetes"), ("cluster", {}), ("pools", {"gb": RACK}))
    nodes = [each.inputs["metadata"]["name"] for each in run(main, "lake-mariner", declared).of("NodePatch")]
    assert (len(nodes), nodes[0], nodes[-1]) == (18, "rack-7-n00.oslo", "rack-7-n17.oslo")
