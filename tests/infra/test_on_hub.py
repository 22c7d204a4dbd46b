"""What the hub's stack makes, in which order, and when it does not run."""

from __future__ import annotations

import pulumi
import pytest
from tests.infra.declarations import changed
from tests.infra.recording import Recording, configured

from holdfast_infra.program import main

IMAGE = "registry.example/holdfast:0.1.0"


def hub(**config: object) -> Recording:
    """A recorded run of a stack that declares the hub."""
    return configured(
        main, "hub", {"holdfast:hub": {}, **{f"holdfast:{key}": value for key, value in config.items()}}
    )


def test_kinds_come_first_then_their_guards_then_namespaces_and_what_lies_in_them_and_the_operator_last() -> (
    None
):
    made = hub(hub={"operator": {"image": IMAGE, "replicas": 3}})
    (operator,) = made.of(":Deployment")
    kinds = {made.seen[urn].kind.rpartition(":")[2] for urn in made.waits_for(operator)}
    assert {"CustomResourceDefinition", "Namespace", "ServiceAccount", "ValidatingAdmissionPolicy"} <= kinds
    (namespace, *_) = made.of("core/v1:Namespace")
    assert {urn for each in made.of(":CustomResourceDefinition") for urn in [each.urn]} <= made.waits_for(
        namespace
    )
    assert operator.inputs["spec"]["replicas"] == 3
    assert [each["image"] for each in operator.inputs["spec"]["template"]["spec"]["containers"]] == [IMAGE]


def test_the_console_runs_where_it_has_an_address_and_the_stack_does_not_wait_for_its_key() -> None:
    made = hub(hub={"operator": {"image": IMAGE, "console": "https://capacity.example"}})
    console = next(each for each in made.of(":Deployment") if each.name.endswith("/holdfast-console"))
    (container,) = console.inputs["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE
    assert container["args"][container["args"].index("--public") + 1] == "https://capacity.example"
    assert console.inputs["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    assert [each.name for each in made.of(":Service")] == ["Service/holdfast-system/holdfast-console"]


def test_the_console_is_told_of_the_issuer_that_is_declared() -> None:
    issuer = {"issuer": "https://dex.example/dex", "clientId": "console", "secretFile": "/key/oidc-secret"}
    operator = {"image": IMAGE, "console": "https://capacity.example"}
    (without,) = hub(hub={"operator": operator}).of(":ConfigMap")
    (told,) = hub(hub={"operator": {**operator, "signIn": issuer}}).of(":ConfigMap")
    assert (without.inputs["data"]["oidc-issuer"], without.inputs["data"]["oidc-client-id"]) == ("", "")
    assert told.inputs["data"] == {
        **without.inputs["data"],
        "oidc-issuer": "https://dex.example/dex",
        "oidc-client-id": "console",
        "oidc-secret-file": "/key/oidc-secret",
    }


def test_kinds_and_guards_stay_when_the_stack_goes_and_rights_go_with_it() -> None:
    made = hub()
    stay = {each.kind.rpartition(":")[2] for each in made.seen.values() if each.retained}
    assert stay == {
        "CustomResourceDefinition",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
    assert not any(each.retained for each in made.of(":ClusterRole"))
    assert made.of(":Deployment") == []


def test_a_hub_that_stands_under_another_name_replaces_nothing() -> None:
    (provider,) = hub().of("providers:kubernetes")
    assert provider.inputs["clusterIdentifier"] == "6f1c0b8e-6a53-4f5e-9d0e-0d6d2f3a9b11"


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"hub": "text"}, "is no section"),
        ({"hub": [1]}, "is no section"),
        ({"datacenter": changed()}, "stands beside holdfast:datacenter"),
        ({"hubContext": ""}, "holdfast:hubContext: is missing"),
    ],
)
def test_a_hub_stack_does_not_run_where(config: dict[str, object], sentence: str) -> None:
    with pytest.raises(pulumi.RunError, match=sentence):
        hub(**config)
