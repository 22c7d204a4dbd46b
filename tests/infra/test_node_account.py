"""The service account of the nodes."""

from __future__ import annotations

import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.node_account import account_id
from holdfast_infra.program import main


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("lake-mariner", "lake-mariner-nodes"),
        ("a" * 24, "a" * 24 + "-nodes"),
        ("a" * 25, "a" * 19 + "-2f52-nodes"),
        ("a", "a-nodes"),
    ],
)
def test_an_account_is_named_after_its_site_within_googles_bound(site: str, name: str) -> None:
    assert account_id(site) == name
    assert len(name) <= 30


def test_two_long_names_that_begin_alike_have_two_accounts() -> None:
    assert account_id("a" * 30) != account_id("a" * 31)


def test_nodes_have_the_least_rights_that_gke_asks_for(lake_mariner: Recording) -> None:
    (account,) = lake_mariner.of("serviceaccount/account:Account")
    assert account.inputs["accountId"] == "lake-mariner-nodes"
    assert {each.inputs["role"] for each in lake_mariner.of("IAMMember")} == {
        "roles/container.defaultNodeServiceAccount",
        "roles/artifactregistry.reader",
    }
    for pool in lake_mariner.of("NodePool"):
        assert account.urn in pool.depends_on


def test_nodes_have_their_rights_as_long_as_they_stand_and_are_not_made_anew_with_them(
    lake_mariner: Recording,
) -> None:
    roles = {each.urn for each in lake_mariner.of("IAMMember")}
    (cluster,) = lake_mariner.of("cluster:Cluster")
    for each in (cluster, *lake_mariner.of("NodePool")):
        assert roles <= lake_mariner.waits_for(each)
        assert not roles & each.feeds


def test_a_declared_account_is_taken_and_none_is_made() -> None:
    account = "nodes@holdfast.iam.gserviceaccount.com"
    recorded = run(main, "lake-mariner", changed(("cluster/nodeAccount", account)))
    assert recorded.of("serviceaccount/account:Account") == recorded.of("IAMMember") == []
