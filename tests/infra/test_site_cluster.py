"""How a site's own cluster is entered."""

from __future__ import annotations

import json

from tests.infra.declarations import changed
from tests.infra.recording import Recording, Registered, run

from holdfast_infra.program import main


def site(recorded: Recording) -> Registered:
    return next(each for each in recorded.of("providers:kubernetes") if each.name == "site")


def test_a_cluster_that_is_made_is_entered_by_its_endpoint_with_no_credential(abernathy: Recording) -> None:
    config = json.loads(site(abernathy).inputs["kubeconfig"])
    assert config["clusters"][0]["cluster"] == {"server": "https://203.0.113.7"}
    assert config["users"][0]["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
    assert config["current-context"] == site(abernathy).inputs["context"] == "abernathy"


def test_a_declared_address_is_taken_as_it_is() -> None:
    recorded = run(main, "lake-mariner", changed(("cluster/kubeconfig", "/site"), ("cluster/context", "c")))
    assert (site(recorded).inputs["kubeconfig"], site(recorded).inputs["context"]) == ("/site", "c")


def test_one_site_is_one_cluster_however_it_is_entered(abernathy: Recording) -> None:
    assert site(abernathy).inputs["clusterIdentifier"] == "holdfast-site-abernathy"
