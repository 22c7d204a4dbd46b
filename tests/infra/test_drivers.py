"""What accelerators need in their cluster: brought by the stack, and left there for whoever runs on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from tests.infra.declarations import changed
from tests.infra.recording import ROOT, Recording, run

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.program import main

DRIVERS = ROOT / "manifests" / "drivers"
NAMED = {name for kind in ACCELERATORS.values() for name in kind.drivers}


def daemons(recorded: Recording) -> set[str]:
    return {str(each.inputs["metadata"]["name"]) for each in recorded.of(":DaemonSet")}


def read(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DRIVERS / f"{name}.yaml").read_text()))


def test_every_driver_that_the_catalogue_names_is_there_and_no_other() -> None:
    assert {path.stem for path in DRIVERS.iterdir()} == NAMED


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_driver_runs_on_closed_hosts_of_its_accelerators_only_with_a_pinned_image(name: str) -> None:
    kinds = [kind for kind in ACCELERATORS.values() if name in kind.drivers]
    for document in read(name):
        if document["kind"] != "DaemonSet":
            continue
        pods = document["spec"]["template"]["spec"]
        assert pods["tolerations"] == [{"operator": "Exists"}]
        assert {kind.node_label for kind in kinds} == labels(pods)
        wanted = {kind.architecture for kind in kinds}
        assert pods.get("nodeSelector", {}).get("kubernetes.io/arch", "amd64") in wanted
        images = [each["image"] for each in [*pods.get("initContainers", ()), *pods["containers"]]]
        assert all("@sha256:" in image or ":v" in image for image in images)


def labels(pods: dict[str, Any]) -> set[str]:
    """Accelerators on whose nodes these pods run."""
    key = "cloud.google.com/gke-accelerator"
    if key in pods.get("nodeSelector", {}):
        return {pods["nodeSelector"][key]}
    required = pods["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    ((asked,),) = [term["matchExpressions"] for term in required["nodeSelectorTerms"]]
    return set(asked["values"]) if asked["key"] == key else set()


def test_a_site_gets_the_drivers_of_its_own_accelerators_and_keeps_them() -> None:
    recorded = run(main, "lake-mariner", changed())
    assert daemons(recorded) == {"holdfast-nccl-gib"}
    (daemon,), (seal,) = recorded.of(":DaemonSet"), recorded.of("StackSeal")
    assert daemon.retained
    assert daemon.inputs["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    assert daemon.urn in recorded.waits_for(seal)


def test_rack_scale_hosts_get_their_cards_and_a_place_for_their_makers_driver(abernathy: Recording) -> None:
    assert daemons(abernathy) == {"holdfast-asapd-lite", "holdfast-nccl-gib"}
    assert [each.inputs["metadata"]["namespace"] for each in abernathy.of(":ResourceQuota")] == [
        "nvidia-dra-driver-gpu"
    ]


def test_drivers_that_others_install_are_left_to_them() -> None:
    assert daemons(run(main, "lake-mariner", changed(("cluster/drivers", False)))) == set()
    brought = [("siteKind", "kubernetes"), ("cluster", {"context": "oslo", "drivers": True})]
    with pytest.raises(
        DeclarationError, match=r"cluster\.drivers = 'true': is not kept at a kubernetes site"
    ):
        parse(changed(*brought))


def test_what_the_declaration_names_besides_is_put_there_too(tmp_path: Path) -> None:
    chart = tmp_path / "kueue.yaml"
    chart.write_text("{apiVersion: v1, kind: Namespace, metadata: {name: kueue-system}}")
    recorded = run(main, "lake-mariner", changed(("cluster/manifests", [str(chart)])))
    (namespace,) = recorded.of(":Namespace")
    assert (namespace.inputs["metadata"]["name"], namespace.retained) == ("kueue-system", True)
    assert "::site::" in namespace.provider
    chart.unlink()
    with pytest.raises(
        pulumi.RunError, match=r"cluster.manifests\[0\]: .*/kueue.yaml cannot be read .*; nothing was"
    ):
        run(main, "lake-mariner", changed(("cluster/manifests", [str(chart)])))


def test_an_object_that_two_files_bring_is_one_as_long_as_they_agree(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("first.yaml", "second.yaml"))
    for path in (first, second):
        path.write_text("{apiVersion: v1, kind: Namespace, metadata: {name: shared}}")
    both = changed(("cluster/manifests", [str(first), str(second)]))
    assert len(run(main, "lake-mariner", both).of(":Namespace")) == 1
    second.write_text("{apiVersion: v1, kind: Namespace, metadata: {name: shared, labels: {a: b}}}")
    with pytest.raises(pulumi.RunError, match=r"cluster.manifests\[1\]: Namespace/shared stands among"):
        run(main, "lake-mariner", both)


def test_what_is_no_manifest_is_one_sentence_that_names_the_field_and_the_file(tmp_path: Path) -> None:
    chart = tmp_path / "config"
    chart.write_text("Error: values missing")
    declared = changed(("cluster/manifests", [str(DRIVERS / "nvidia-dra.yaml"), str(chart)]))
    with pytest.raises(pulumi.RunError, match=r"^cluster.manifests\[1\]: .*/config, document 1: has no text"):
        run(main, "lake-mariner", declared)
    chart.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b, annotations: }}")
    (made,) = run(main, "lake-mariner", declared).of(":ConfigMap")
    assert set(made.inputs["metadata"]["annotations"]) == {"pulumi.com/patchForce", "pulumi.com/skipAwait"}
