"""What every piece of hardware carries, and what each kind of unit is made of."""

from __future__ import annotations

from collections import Counter

from tests.infra.declarations import changed
from tests.infra.recording import Recording, Registered, declared, run
from tests.infra.standing_hub import HUB_IDENTITY

from holdfast_infra.program import main


def units(run: Recording) -> list[Registered]:
    return [each for each in run.of("NodePool") if each.labels]


def test_every_piece_of_hardware_asks_the_hub_before_it_goes_and_in_previews(built: Recording) -> None:
    assert built.hooks_on_dry_run == {"ask-the-hub": True}
    for each in built.hardware:
        assert each.hooks == {"before_delete": ["ask-the-hub"], "before_update": ["ask-the-hub"]}, each.name


def test_every_piece_of_hardware_has_an_explicit_name_and_project(built: Recording) -> None:
    for each in built.hardware:
        assert each.inputs.get("name") or each.inputs.get("accountId") or each.inputs["role"]
        assert each.inputs.get("name", "") in each.name
        assert each.inputs["project"].startswith("holdfast-")


def test_no_hardware_is_built_beside_what_it_replaces_and_all_gets_time(built: Recording) -> None:
    assert {each.delete_before_replace for each in built.hardware} == {True}
    assert {each.timeouts for each in built.hardware} == {("150m", "150m", "150m")}


def test_locks_are_off_by_default_and_on_together() -> None:
    locked = run(main, "lake-mariner", changed(("protect", True)))
    loose = run(main, "lake-mariner", changed())
    objects = [each for each in locked.seen.values() if each.kind.startswith("kubernetes:holdfast.dev/")]
    policies = [run.hardware for run in (locked, loose)]
    assert [{each.inputs.get("deletionPolicy", "-") for each in found} - {"-"} for found in policies] == [
        {"PREVENT"},
        {"DELETE"},
    ]
    assert all(each.protect for each in locked.hardware)
    assert all(each.protect for each in objects)
    assert not any(each.protect for each in loose.hardware)


def test_every_unit_is_born_closed_and_says_what_it_is(built: Recording) -> None:
    taint = {"key": "holdfast.dev/reservation", "value": "none", "effect": "NO_EXECUTE"}
    for each in units(built):
        pool = next(
            pool for pool in built.of("AcceleratorPool") if each.labels["holdfast.dev/pool"] in pool.name
        )
        assert each.inputs["nodeConfig"]["taints"] == [taint]
        unit = pool.inputs["spec"]["units"][each.labels["holdfast.dev/unit"]]
        assert unit["nodePool"] == each.name == each.inputs["name"]


def test_every_unit_comes_from_its_reservation_and_never_surges(built: Recording) -> None:
    for each in units(built):
        affinity = each.inputs["nodeConfig"]["reservationAffinity"]
        assert affinity["consumeReservationType"] == "SPECIFIC_RESERVATION"
        assert len(affinity["values"]) == 1
        assert "/reservationBlocks/" in affinity["values"][0]
        assert each.inputs["upgradeSettings"] == {"strategy": "SURGE", "maxSurge": 0.0, "maxUnavailable": 1.0}
        assert len(each.inputs["nodeLocations"]) == 1


def test_every_unit_is_made_after_its_pool_is_published_and_goes_before_it(built: Recording) -> None:
    for each in units(built):
        pool = next(
            pool for pool in built.of("AcceleratorPool") if each.labels["holdfast.dev/pool"] in pool.name
        )
        assert pool.urn in each.depends_on


def test_a_published_pool_waits_for_no_unit(built: Recording) -> None:
    unit_urns = {each.urn for each in units(built)}
    (cluster,) = built.of("cluster:Cluster")
    for pool in built.of("AcceleratorPool"):
        assert not built.waits_for(pool) & unit_urns
        assert cluster.urn in built.waits_for(pool)


def test_the_seal_waits_for_everything(built: Recording) -> None:
    (seal,) = built.of("StackSeal")
    everything = {each.urn for each in built.seen.values() if each.custom and "providers" not in each.kind}
    assert built.waits_for(seal) >= everything - {seal.urn}


def test_the_way_out_of_the_network_outlives_the_cluster(built: Recording) -> None:
    (cluster,), (nat,) = built.of("cluster:Cluster"), built.of("RouterNat")
    assert nat.urn in built.waits_for(cluster)


def test_the_hub_is_one_cluster_whatever_its_kubeconfig_says(built: Recording) -> None:
    provider = next(each for each in built.of("providers:kubernetes") if each.name == "hub")
    published = [each for each in built.seen.values() if each.kind.startswith("kubernetes:holdfast.dev")]
    assert provider.inputs["clusterIdentifier"] == HUB_IDENTITY
    assert all(provider.urn in each.provider for each in published)


def test_cubes_share_one_policy_that_leaves_the_links_dark(lake_mariner: Recording) -> None:
    (policy,) = lake_mariner.of("ResourcePolicy")
    assert policy.inputs["workloadPolicy"] == {
        "type": "HIGH_THROUGHPUT",
        "acceleratorTopology": "4x4x4",
        "acceleratorTopologyMode": "PROVISION_ONLY",
    }
    for cube in units(lake_mariner):
        assert cube.inputs["placementPolicy"] == {"type": "COMPACT", "policyName": policy.name}
        assert (cube.inputs["nodeCount"], cube.inputs["maxPodsPerNode"]) == (16, 15)
        assert cube.inputs["nodeConfig"]["machineType"] == "tpu7x-standard-4t"
        assert cube.inputs["nodeConfig"]["diskType"] == "hyperdisk-balanced"


def test_domains_are_18_bare_metal_hosts_of_4_gpus(abernathy: Recording) -> None:
    domains = [each for each in units(abernathy) if each.name.startswith("gb300-a-domain-")]
    assert len(domains) == 3
    for domain in domains:
        config = domain.inputs["nodeConfig"]
        assert (domain.inputs["nodeCount"], config["machineType"]) == (18, "a4x-maxgpu-4g-metal")
        assert (config["guestAccelerators"][0]["type"], config["guestAccelerators"][0]["count"]) == (
            "nvidia-gb300",
            4,
        )
        assert config["linuxNodeConfig"] == {"hugepagesConfig": {"hugepageSize2m": 4096}}
        assert "shieldedInstanceConfig" not in config
        assert len(domain.inputs["networkConfig"]["additionalNodeNetworkConfigs"]) == 1 + 8
        assert domain.labels["cloud.google.com/gke-networking-dra-driver"] == "true"


def test_gpu_hosts_are_single_machines_on_nine_further_networks(abernathy: Recording) -> None:
    hosts = [each for each in units(abernathy) if each.name.startswith("h200-a-host-")]
    assert len(hosts) == 3
    for host in hosts:
        assert (host.inputs["nodeCount"], host.inputs["maxPodsPerNode"]) == (1, 32)
        assert "placementPolicy" not in host.inputs
        networks = host.inputs["networkConfig"]["additionalNodeNetworkConfigs"]
        assert Counter(each["network"] for each in networks) == {
            "abernathy-h200-host": 1,
            "abernathy-h200-rdma": 8,
        }


def test_rdma_networks_have_the_profile_of_their_zone(abernathy: Recording) -> None:
    profiles = {
        each.name: each.inputs.get("networkProfile") for each in abernathy.of("compute/network:Network")
    }
    every = "https://www.googleapis.com/compute/v1/projects/holdfast-abernathy/global/networkProfiles"
    assert profiles["abernathy-h200-rdma"] == f"{every}/us-south1-a-vpc-roce"
    assert profiles["abernathy-gb300-nvl72-rdma"] == f"{every}/us-south1-a-vpc-roce-metal"
    assert profiles["abernathy-network"] is None


def test_subnets_of_one_datacenter_do_not_overlap(abernathy: Recording) -> None:
    ranges = [each.inputs["ipCidrRange"] for each in abernathy.of("Subnetwork")]
    assert len(ranges) == len(set(ranges)) == 11


def test_a_unit_that_is_not_delivered_is_published_but_not_built() -> None:
    recorded = run(main, "lake-mariner", changed())
    (pool,) = (each for each in recorded.of("AcceleratorPool") if "tpu7x" in each.name)
    assert "cube-005" in pool.inputs["spec"]["units"]
    assert "tpu7x-a-cube-005" not in {each.name for each in recorded.hardware}
    assert "tpu7x-a-cube-007" in {each.name for each in recorded.hardware}


def test_a_datacenter_under_construction_is_published_and_asks_google_for_nothing(
    barber_lake: Recording,
) -> None:
    assert barber_lake.hardware == []
    (site,), (pool,), (seal,) = (
        barber_lake.of(kind) for kind in ("Datacenter", "AcceleratorPool", "StackSeal")
    )
    assert "cluster" not in site.inputs["spec"]
    assert {unit["availableFrom"] for unit in pool.inputs["spec"]["units"].values()} == {
        "2027-04-01T00:00:00Z"
    }
    assert {site.urn, pool.urn} <= barber_lake.waits_for(seal)


def test_a_whole_block_of_144_cubes_is_registered() -> None:
    recorded = run(main, "lake-mariner", declared("lake-mariner"))
    assert len(units(recorded)) == 144
    assert len(recorded.hardware) == 144 + 10
    assert len(recorded.seen) == 164
