"""The configuration of a lab run: tracked stack, overlay, --config; and the shipped overlays against the stacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from tests.infra.test_declaration_stacks import STACKS

from holdfast_infra.declaration import parse
from holdfast_infra.stack_files.stack_yaml import load
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.configuration import as_environment, lab_config, merged, write_copy
from holdfast_lab.engine.options import Options
from holdfast_lab.engine.safety import lab_environment, require_lab
from holdfast_lab.errors import LabError

ROOT = Path(__file__).parents[2]


def test_maps_merge_and_everything_else_is_replaced() -> None:
    under = {"a": {"b": 1, "c": [1, 2]}, "d": 1, "gone": 1}
    assert merged(under, {"a": {"c": [3]}, "gone": None}) == {"a": {"b": 1, "c": [3]}, "d": 1}


@pytest.mark.parametrize(("stack", "hosts"), [("lake-mariner", 96), ("abernathy", 57)])
def test_the_overlays_make_the_tracked_stacks_lab_sized(tmp_path: Path, stack: str, hosts: int) -> None:
    config = lab_config(stack, Options(ROOT, tmp_path))
    datacenter = parse(config["holdfast:datacenter"])
    assert sum(pool.hosts for pool in datacenter.pools) == hosts
    assert config["holdfast:hubKubeconfig"] == str(tmp_path / "kubeconfig")
    assert (datacenter.hand_over.drain_lead, datacenter.hand_over.turn_around) == (5, 3)


def test_a_setting_on_the_command_line_reaches_into_an_object(tmp_path: Path) -> None:
    change = "holdfast:datacenter.pools.tpu7x-a.spares=2"
    config = lab_config("lake-mariner", Options(ROOT, tmp_path, config=(change,)))
    assert config["holdfast:datacenter"]["pools"]["tpu7x-a"]["spares"] == 2
    assert config["holdfast:datacenter"]["name"] == "lake-mariner"


def test_a_setting_on_the_command_line_reaches_into_an_item_of_a_list(tmp_path: Path) -> None:
    path = "holdfast:datacenter.pools.h200-a.units"
    config = lab_config("abernathy", Options(ROOT, tmp_path, config=(f"{path}[0].ids=host-000..host-005",)))
    pools = config["holdfast:datacenter"]["pools"]
    assert (pools["h200-a"]["units"], len(pools)) == ([{"ids": "host-000..host-005"}], 2)
    with pytest.raises(LabError, match=r"\[1\] names no item of a list of 1"):
        lab_config("abernathy", Options(ROOT, tmp_path, config=(f"{path}[1].ids=host-006",)))


def test_objects_travel_as_json_and_encrypted_keys_are_refused() -> None:
    assert as_environment({"a": "x", "b": {"c": 1}, "d": True}) == {"a": "x", "b": '{"c": 1}', "d": "true"}
    with pytest.raises(LabError, match="config key k is encrypted"):
        as_environment({"k": {"secure": "v1:..."}})


def test_the_copy_keeps_what_the_cli_wrote_into_it(tmp_path: Path) -> None:
    path = write_copy("one", {"a": "1"}, tmp_path)
    path.write_text(path.read_text() + "encryptionsalt: v1:salt\n")
    write_copy("one", {"a": "2"}, tmp_path)
    assert yaml.safe_load(path.read_text()) == {"config": {"a": "2"}, "encryptionsalt": "v1:salt"}


def project(folder: Path, text: str) -> Options:
    """A project whose one stack says this."""
    (folder / "stacks").mkdir()
    (folder / "stacks" / "Pulumi.one.yaml").write_text(text)
    return Options(folder, folder)


def test_a_pool_copied_without_a_new_name_is_one_line_and_nothing_is_planned(tmp_path: Path) -> None:
    pools = "config:\n  h:d:\n    pools:\n      a: {spares: 1}\n      a: {spares: 2}\n"
    with pytest.raises(LabError) as refused:
        lab_config("one", project(tmp_path, pools))
    assert str(refused.value) == (
        f"{tmp_path}/stacks/Pulumi.one.yaml, line 5: the key 'a' stands here again, first on line 4, "
        "so one of the two would be lost; give each a name of its own; nothing was planned"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "is no YAML"),
        ("a word", "has no fields"),
        ("config: [1]", "config is no section"),
        ("a: .inf", "no number in JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(LabError, match=words) as refused:
        lab_config("one", project(tmp_path, text))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("path", sorted((STACKS / "refuse").iterdir()), ids=lambda path: path.stem)
def test_a_stack_with_a_mistake_is_not_healed_by_what_the_lab_makes_smaller(
    tmp_path: Path, path: Path
) -> None:
    options = project(tmp_path, path.read_text())
    (tmp_path / "stacks" / "Pulumi.one.yaml").rename(tmp_path / "stacks" / "Pulumi.lake-mariner.yaml")
    given = load(path.read_text())["config"]["holdfast:datacenter"]
    assert lab_config("lake-mariner", options)["holdfast:datacenter"] == given


def test_what_the_lab_makes_smaller_adds_no_pool(tmp_path: Path) -> None:
    options = project(tmp_path, (STACKS / "odd" / "b13-odd-but-legal.yaml").read_text())
    (tmp_path / "stacks" / "Pulumi.one.yaml").rename(tmp_path / "stacks" / "Pulumi.lake-mariner.yaml")
    assert list(lab_config("lake-mariner", options)["holdfast:datacenter"]["pools"]) == ["h200-a"]


def test_any_stack_is_planned_in_the_labs_own_project_and_cluster(tmp_path: Path) -> None:
    declared = (STACKS / "wanted" / "Pulumi.gb300-dallas.yaml").read_text()
    options = project(tmp_path, declared)
    config = lab_config("one", options)
    datacenter = parse(config["holdfast:datacenter"])
    assert (config["gcp:project"], datacenter.site.project) == (LAB_PROJECT, LAB_PROJECT)
    assert (datacenter.cluster.context, datacenter.addresses.existing) == ("gb300-dallas", "")
    own = lab_config("one", replace(options, config=("gcp:project=acme",)))
    assert own["gcp:project"] == "acme"


def test_a_text_where_a_section_belongs_is_left_for_the_program_to_refuse(tmp_path: Path) -> None:
    options = project(tmp_path, "config:\n  holdfast:datacenter: lake-mariner\n")
    (tmp_path / "stacks" / "Pulumi.one.yaml").rename(tmp_path / "stacks" / "Pulumi.lake-mariner.yaml")
    assert lab_config("lake-mariner", options)["holdfast:datacenter"] == "lake-mariner"


def test_a_setting_on_the_command_line_is_read_like_the_file(tmp_path: Path) -> None:
    options = Options(ROOT, tmp_path, config=("holdfast:datacenter.protect=yes",))
    assert lab_config("lake-mariner", options)["holdfast:datacenter"]["protect"] == "yes"
    with pytest.raises(LabError, match=r"--config a:b, line 1: the key 'x' stands here again"):
        lab_config("lake-mariner", Options(ROOT, tmp_path, config=("a:b={x: 1, x: 2}",)))


@pytest.mark.parametrize(
    ("config", "backend", "words"),
    [
        ({}, "file://{state}/pulumi", "gcp:project is None"),
        ({"gcp:project": "real"}, "file://{state}/pulumi", "gcp:project is 'real'"),
        ({"gcp:project": "holdfast-lab"}, "https://elsewhere", "is not the lab's own"),
        ({"gcp:project": "holdfast-lab"}, "file://{state}/pulumi", "plugin is missing"),
    ],
)
def test_project_backend_and_plugins_must_all_be_the_labs(
    tmp_path: Path, config: dict[str, str], backend: str, words: str
) -> None:
    with pytest.raises(LabError, match=words):
        require_lab(config, backend.format(state=tmp_path), tmp_path)


def test_no_way_to_a_real_cloud_is_left_in_the_environment(tmp_path: Path) -> None:
    given = {"GOOGLE_APPLICATION_CREDENTIALS": "x", "PULUMI_ACCESS_TOKEN": "x", "PATH": "/bin", "LANG": "C"}
    environment = lab_environment(tmp_path, given)
    assert {"GOOGLE_APPLICATION_CREDENTIALS", "PULUMI_ACCESS_TOKEN"}.isdisjoint(environment)
    assert environment["PATH"] == f"{tmp_path / 'bin'}:/bin"
    assert environment["KUBECONFIG"] == str(tmp_path / "kubeconfig")
