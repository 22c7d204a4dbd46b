"""The catalogue's facts, and that they fit together."""

from __future__ import annotations

import dataclasses

import pytest

from holdfast.hardware import ACCELERATORS, AcceleratorType, UnknownAccelerator, accelerator
from holdfast.hardware.rows import mistakes

EVERY = pytest.mark.parametrize("kind", ACCELERATORS.values(), ids=list(ACCELERATORS))


@pytest.mark.parametrize(
    ("name", "topology", "chips", "hosts", "chips_per_host"),
    [
        ("tpu7x", "4x4x4", 64, 16, 4),
        ("gb200-nvl72", "1x72", 72, 18, 4),
        ("gb300-nvl72", "1x72", 72, 18, 4),
        ("h100", "host", 8, 1, 8),
        ("h200", "host", 8, 1, 8),
        ("b200", "host", 8, 1, 8),
        ("tpu-v5e", "", 0, 0, 4),
    ],
)
def test_the_unit_of_each_type(name: str, topology: str, chips: int, hosts: int, chips_per_host: int) -> None:
    kind = accelerator(name)
    assert kind.unit_topology == topology
    assert (kind.chips_per_unit, kind.hosts_per_unit, kind.chips_per_host) == (chips, hosts, chips_per_host)


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("tpu-v5e", "cloud.google.com/gke-tpu-accelerator", "tpu-v5-lite-podslice"),
        ("tpu7x", "cloud.google.com/gke-tpu-accelerator", "tpu7x"),
        ("a100-80", "cloud.google.com/gke-accelerator", "nvidia-a100-80gb"),
        ("gb300-nvl72", "cloud.google.com/gke-accelerator", "nvidia-gb300"),
    ],
)
def test_the_label_traps_are_avoided(name: str, key: str, value: str) -> None:
    assert (accelerator(name).node_label_key, accelerator(name).node_label) == (key, value)


def test_a_host_of_l4_has_as_many_as_its_machine_type() -> None:
    ones = {f"g2-standard-{cpus}": 1 for cpus in (4, 8, 12, 16, 32)}
    more = {"g2-standard-24": 2, "g2-standard-48": 4, "g2-standard-96": 8}
    assert dict(accelerator("l4").machines) == {**ones, **more}


@EVERY
def test_a_row_of_ours_says_what_a_row_of_anybodys_must(kind: AcceleratorType) -> None:
    assert list(mistakes(kind)) == []


@EVERY
def test_units_are_made_of_whole_hosts(kind: AcceleratorType) -> None:
    assert kind.chips_per_unit == kind.hosts_per_unit * kind.chips_per_host
    assert kind.unit_machine in dict(kind.machines)


@EVERY
def test_chips_are_named_as_kubernetes_names_them(kind: AcceleratorType) -> None:
    assert (
        kind.chip_resource
        == {
            "tpu": "google.com/tpu",
            "nvidia": "nvidia.com/gpu",
            "amd": "amd.com/gpu",
        }[kind.family]
    )


@EVERY
def test_a_types_networks_fit_in_sixteen_subnets_and_are_made_by_one_side(kind: AcceleratorType) -> None:
    assert kind.fabric.subnets <= 16
    assert not (kind.fabric.gke_profile and kind.fabric.is_multi_network)


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(UnknownAccelerator, match=r"'tpu7' is not in the catalogue; near it: tpu7x"):
        accelerator("tpu7")


def test_a_name_near_nothing_is_answered_with_all() -> None:
    with pytest.raises(UnknownAccelerator, match=r"a100-40.*tpu7x"):
        accelerator("☃" * 500)


def test_records_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        accelerator("tpu7x").name = "tpu8"  # type: ignore[misc]
    with pytest.raises(TypeError):
        ACCELERATORS["tpu8"] = accelerator("tpu7x")  # type: ignore[index]
