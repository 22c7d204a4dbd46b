"""The cluster's own network, made or found."""

from __future__ import annotations

from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main

SHARED = "projects/acme-net-host/global/networks/shared"


def test_a_network_is_made_with_its_way_out(lake_mariner: Recording) -> None:
    (network,) = (each for each in lake_mariner.of("compute/network:Network") if "network" in each.name)
    assert (network.inputs["mtu"], network.inputs["autoCreateSubnetworks"]) == (8896, False)
    assert len(lake_mariner.of("RouterNat")) == len(lake_mariner.of("compute/router:Router")) == 1


def test_in_a_shared_vpc_only_the_subnet_is_made_in_its_owners_project() -> None:
    recorded = run(main, "lake-mariner", changed(("network/existing", SHARED)))
    subnetwork = next(each for each in recorded.of("Subnetwork") if each.name == "lake-mariner-nodes")
    assert (subnetwork.inputs["project"], subnetwork.inputs["network"]) == ("acme-net-host", SHARED)
    assert recorded.of("RouterNat") == recorded.of("compute/router:Router") == []
    assert "lake-mariner-network" not in {each.name for each in recorded.of("compute/network:Network")}
    (cluster,) = recorded.of("cluster:Cluster")
    assert cluster.inputs["network"] == SHARED
