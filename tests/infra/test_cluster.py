"""The cluster, as its accelerators and its tenants need it."""

from __future__ import annotations

from pathlib import Path

import yaml
from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main

OVERLAYS = Path(__file__).parents[2] / "manifests" / "overlays" / "in-cluster"


def test_the_cluster_is_regional_private_and_upgraded_by_a_channel(lake_mariner: Recording) -> None:
    (cluster,) = lake_mariner.of("cluster:Cluster")
    assert (cluster.inputs["location"], cluster.inputs["nodeLocations"]) == ("us-east4", ["us-east4-b"])
    assert cluster.inputs["releaseChannel"] == {"channel": "RAPID"}
    assert cluster.inputs["datapathProvider"] == "ADVANCED_DATAPATH"
    assert cluster.inputs["privateClusterConfig"] == {"enablePrivateNodes": True}
    assert cluster.inputs["workloadIdentityConfig"] == {"workloadPool": "holdfast-lake-mariner.svc.id.goog"}
    assert cluster.inputs["removeDefaultNodePool"] is True
    assert "nodePools" not in cluster.inputs


def exclusions(recorded: Recording) -> list[tuple[str, str]]:
    """Start and end of each, or what ends it."""
    (cluster,) = recorded.of("cluster:Cluster")
    found = cluster.inputs["maintenancePolicy"]["maintenanceExclusions"]
    assert {each["exclusionOptions"]["scope"] for each in found} == {"NO_MINOR_OR_NODE_UPGRADES"}
    return [
        (each["startTime"], each.get("endTime") or each["exclusionOptions"]["endTimeBehavior"])
        for each in found
    ]


def kept_until_end_of_support(recorded: Recording) -> set[bool]:
    policies = [each.inputs["maintenancePolicies"][0] for each in recorded.of("NodePool") if each.labels]
    return {each["exclusionUntilEndOfSupports"][0]["enabled"] for each in policies}


def test_nothing_is_upgraded_by_itself_while_its_version_is_supported(abernathy: Recording) -> None:
    assert exclusions(abernathy) == [("2026-01-01T00:00:00Z", "UNTIL_END_OF_SUPPORT")]
    assert kept_until_end_of_support(abernathy) == {True}


def test_a_declared_window_opens_one_time_for_upgrades_and_no_other(lake_mariner: Recording) -> None:
    assert exclusions(lake_mariner) == [
        ("2026-01-01T00:00:00Z", "2027-04-05T00:00:00Z"),
        ("2027-04-12T00:00:00Z", "UNTIL_END_OF_SUPPORT"),
    ]
    assert kept_until_end_of_support(lake_mariner) == {False}


def test_a_declared_exclusion_holds_inside_a_window_too() -> None:
    declared = [{"name": "launch", "start": "2027-04-06T00:00:00Z", "end": "2027-04-07T00:00:00Z"}]
    windows = [{"start": "2027-04-05T00:00:00Z", "end": "2027-04-12T00:00:00Z"}]
    both = changed(("cluster/maintenanceExclusions", declared), ("cluster/maintenanceWindows", windows))
    assert ("2027-04-06T00:00:00Z", "2027-04-07T00:00:00Z") in exclusions(run(main, "lake-mariner", both))


def test_cubes_bring_the_slice_controller_and_every_cluster_may_have_more_networks_from_birth(
    lake_mariner: Recording, abernathy: Recording
) -> None:
    (cubes,), (gpus,) = lake_mariner.of("cluster:Cluster"), abernathy.of("cluster:Cluster")
    assert cubes.inputs["addonsConfig"] == {"sliceControllerConfig": {"enabled": True}}
    assert gpus.inputs["addonsConfig"] == {"sliceControllerConfig": {"enabled": False}}
    assert (cubes.inputs["enableMultiNetworking"], gpus.inputs["enableMultiNetworking"]) == (True, True)


def test_nodes_are_shielded_unless_an_accelerator_cannot_be(
    lake_mariner: Recording, abernathy: Recording
) -> None:
    (cubes,), (gpus,) = lake_mariner.of("cluster:Cluster"), abernathy.of("cluster:Cluster")
    assert (cubes.inputs["enableShieldedNodes"], gpus.inputs["enableShieldedNodes"]) == (True, False)


def test_deletion_protection_and_the_nodes_account_are_declared() -> None:
    account = "nodes@holdfast.iam.gserviceaccount.com"
    declared = changed(("cluster/deletionProtection", False), ("cluster/nodeAccount", account))
    recorded = run(main, "lake-mariner", declared)
    (cluster,) = recorded.of("cluster:Cluster")
    assert cluster.inputs["deletionProtection"] is False
    assert {each.inputs["nodeConfig"]["serviceAccount"] for each in recorded.of("NodePool")} == {account}


def test_the_system_nodes_are_nobodys_unit(lake_mariner: Recording) -> None:
    (system,) = (each for each in lake_mariner.of("NodePool") if not each.labels)
    assert (system.name, system.inputs["name"]) == ("lake-mariner-system", "system")
    (taint,) = system.inputs["nodeConfig"]["taints"]
    assert taint == {
        "key": "components.gke.io/gke-managed-components",
        "value": "true",
        "effect": "NO_SCHEDULE",
    }


def test_the_agent_and_the_planner_tolerate_the_taint_of_the_system_pool(lake_mariner: Recording) -> None:
    (system,) = (each for each in lake_mariner.of("NodePool") if not each.labels)
    (taint,) = system.inputs["nodeConfig"]["taints"]
    for file in ("hub/planner.yaml", "site/agent.yaml"):
        objects = yaml.safe_load_all((OVERLAYS / file).read_text())
        (deployment,) = (each for each in objects if each["kind"] == "Deployment")
        (toleration,) = deployment["spec"]["template"]["spec"]["tolerations"]
        assert (toleration["key"], toleration["value"]) == (taint["key"], taint["value"])
        assert toleration["effect"].upper() == taint["effect"].replace("_", "")


def test_the_control_plane_is_reached_by_its_name_unless_networks_are_authorised(
    lake_mariner: Recording,
) -> None:
    authorised = run(main, "lake-mariner", changed(("cluster/authorizedNetworks", ["203.0.113.0/24"])))
    (closed,), (opened,) = lake_mariner.of("cluster:Cluster"), authorised.of("cluster:Cluster")
    assert closed.inputs["controlPlaneEndpointsConfig"] == {
        "dnsEndpointConfig": {"allowExternalTraffic": True},
        "ipEndpointsConfig": {"enabled": False},
    }
    assert "masterAuthorizedNetworksConfig" not in closed.inputs
    assert opened.inputs["controlPlaneEndpointsConfig"]["ipEndpointsConfig"] == {"enabled": True}
    assert opened.inputs["masterAuthorizedNetworksConfig"] == {
        "cidrBlocks": [{"cidrBlock": "203.0.113.0/24"}]
    }


def test_a_key_encrypts_secrets_and_every_boot_disk() -> None:
    key = "projects/p/locations/us-east4/keyRings/r/cryptoKeys/k"
    recorded = run(main, "lake-mariner", changed(("cluster/kmsKey", key)))
    (cluster,) = recorded.of("cluster:Cluster")
    assert cluster.inputs["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": key}
    assert {each.inputs["nodeConfig"]["bootDiskKmsKey"] for each in recorded.of("NodePool")} == {key}


def test_gpus_are_watched_and_every_bill_names_its_site(lake_mariner: Recording) -> None:
    (cluster,) = lake_mariner.of("cluster:Cluster")
    assert "DCGM" in cluster.inputs["monitoringConfig"]["enableComponents"]
    assert cluster.inputs["monitoringConfig"]["managedPrometheus"] == {"enabled": True}
    assert cluster.inputs["costManagementConfig"] == {"enabled": True}
    labels = [each.inputs["nodeConfig"]["resourceLabels"] for each in lake_mariner.of("NodePool")]
    assert {each["holdfast-datacenter"] for each in labels} == {"lake-mariner"}
    assert {each.get("holdfast-pool") for each in labels} == {None, "tpu7x-a"}


def test_an_exclusion_without_an_end_lasts_as_long_as_the_version() -> None:
    exclusion = {"name": "always", "start": "2026-12-01T00:00:00Z", "until": "endOfSupport"}
    recorded = run(main, "lake-mariner", changed(("cluster/maintenanceExclusions", [exclusion])))
    assert ("2026-12-01T00:00:00Z", "UNTIL_END_OF_SUPPORT") in exclusions(recorded)
