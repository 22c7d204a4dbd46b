"""Further networks of a node as pods ask for them."""

from __future__ import annotations

from tests.infra.declarations import changed
from tests.infra.recording import Recording, run

from holdfast_infra.program import main


def objects(recorded: Recording, kind: str) -> dict[str, dict[str, object]]:
    found = (each for each in recorded.of(f"networking.gke.io/v1:{kind}") if each.kind.endswith(f":{kind}"))
    return {each.inputs["metadata"]["name"]: each.inputs["spec"] for each in found}


def test_every_card_of_an_h200_has_a_network_and_its_parameters(abernathy: Recording) -> None:
    networks, parameters = objects(abernathy, "Network"), objects(abernathy, "GKENetworkParamSet")
    assert sorted(networks) == sorted(parameters) == ["h200-host-0", *(f"h200-rdma-{n}" for n in range(8))]
    assert parameters["h200-host-0"]["deviceMode"] == "NetDevice"
    assert parameters["h200-rdma-3"] == {
        "vpc": "abernathy-h200-rdma",
        "vpcSubnet": "abernathy-h200-rdma-3",
        "deviceMode": "RDMA",
    }
    assert networks["h200-rdma-3"] == {
        "type": "Device",
        "parametersRef": {
            "group": "networking.gke.io",
            "kind": "GKENetworkParamSet",
            "name": "h200-rdma-3",
        },
    }


def test_where_gkes_driver_hands_the_cards_over_there_are_none(abernathy: Recording) -> None:
    assert not any(name.startswith("gb300") for name in objects(abernathy, "Network"))


def test_they_go_to_the_sites_own_cluster_and_are_asked_about(abernathy: Recording) -> None:
    provider = next(each for each in abernathy.of("providers:kubernetes") if each.name == "site")
    found = [each for each in abernathy.seen.values() if "networking.gke.io" in each.kind]
    assert len(found) == 18
    assert all(provider.urn in each.provider for each in found)
    assert {tuple(each.hooks["before_delete"]) for each in found} == {("ask-the-hub",)}


def test_cubes_alone_have_no_further_network_unless_a_range_is_declared(lake_mariner: Recording) -> None:
    assert objects(lake_mariner, "Network") == {}
    fabrics = {"h200": "192.168.0.0/17", "tpu7x": "192.168.128.0/18"}
    recorded = run(main, "lake-mariner", changed(("network/fabrics", fabrics)))
    assert objects(recorded, "GKENetworkParamSet")["tpu7x-host-0"]["deviceMode"] == "NetDevice"
    cube = next(each for each in recorded.of("NodePool") if each.name == "tpu7x-a-cube-000")
    assert [each["network"] for each in cube.inputs["networkConfig"]["additionalNodeNetworkConfigs"]] == [
        "lake-mariner-tpu7x-host"
    ]
