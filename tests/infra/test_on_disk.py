"""A stack file is judged as the program judges it: what one refuses, the other refuses with the same words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config
from tests.hardware.test_catalogue_extended import RUBIN
from tests.infra.declarations import SOUND, changed, pool

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration import DeclarationError
from holdfast_infra.settings import read_hub_settings, read_settings
from holdfast_infra.stack_files.on_disk import check, check_hub, declared, plan
from holdfast_infra.stack_files.stack_yaml import dump

Config = dict[str, Any]
WAY = {"holdfast:hubKubeconfig": "~/.kube/config", "holdfast:hubContext": "hub"}
MINE: Config = {**WAY, "holdfast:datacenter": SOUND}
BLOCK: Config = {**WAY, "holdfast:datacenter": changed(("part", "block"))}
HUB: Config = {**WAY, "holdfast:hub": {}}
NAME = "Pulumi.lake-mariner.yaml"
RACKS = pool("rubin-nvl144", "r/reservationBlocks/b")
RUBINS: Config = {
    **WAY,
    "holdfast:catalogue": "more/rubin.toml",
    "holdfast:datacenter": changed(("pools", {"a": RACKS}), ("network/fabrics", {})),
}


def but(config: Config, field: str, value: object = None) -> Config:
    """A configuration with another value of a field, or without it."""
    rest = {name: each for name, each in config.items() if name != f"holdfast:{field}"}
    return rest if value is None else {**rest, f"holdfast:{field}": value}


def written(folder: Path, config: Config, name: str = NAME) -> Path:
    (folder / "Pulumi.yaml").touch()
    path = folder / "stacks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(dump({"config": config}))
    return path


def judged(path: Path) -> str:
    """What is wrong with a file at a terminal; empty if nothing is."""
    try:
        check_hub(path) or check(path)
    except DeclarationError as error:
        return str(error)
    return ""


def program(config: Config, name: str) -> str:
    """What the program says of the same configuration in the stack that has this file."""
    stack = name.removeprefix("Pulumi.").rpartition(".")[0]
    texts = {name: each if isinstance(each, str) else json.dumps(each) for name, each in config.items()}
    set_all_config(texts)
    given = pulumi.Config("holdfast")
    try:
        read_hub_settings(given) or read_settings(given, stack)
    except pulumi.RunError as error:
        return str(error)
    return ""


WRONG = [
    ((MINE, "Pulumi.other-name.yaml"), "name = 'lake-mariner': is not the stack's name (other-name)", (MINE, NAME)),
    ((BLOCK, NAME), "select stack lake-mariner-BLOCK; if this one", (BLOCK, "Pulumi.lake-mariner-a.yml")),
    ((but(MINE, "hubContext"), NAME), "holdfast:hubContext: is missing, so the hub could neither be", (MINE, NAME)),
    ((but(MINE, "hubKubeconfig", ""), NAME), "holdfast:hubKubeconfig: is missing", (MINE, NAME)),
    ((but(MINE, "hub", {}), NAME), "holdfast:hub: stands beside holdfast:datacenter, so two lives", (HUB, NAME)),
    ((but(HUB, "hubContext"), "Pulumi.hub.yaml"), "holdfast:hub has 1 mistake", (HUB, "Pulumi.hub.yaml")),
    ((but(MINE, "catalogue", "/nowhere/c.toml"), NAME),
     "holdfast:catalogue = '/nowhere/c.toml': cannot be read (No such file or directory), so its acc", (MINE, NAME)),
    ((but(MINE, "catalogue", "~nobody-at-all/c"), NAME), "holdfast:catalogue = '~nobody-at-all/c", (MINE, NAME)),
    ((but(MINE, "datacenter", "lake-mariner"), NAME), "= 'lake-mariner': is no section", (MINE, NAME)),
]  # fmt: skip
"""A configuration and the name of its file, the sentence that refuses it, and what is accepted instead."""


@pytest.mark.parametrize(("wrong", "sentence", "right"), WRONG, ids=[row[1] for row in WRONG])
def test_a_file_is_refused_with_the_words_of_the_program(
    tmp_path: Path, wrong: tuple[Config, str], sentence: str, right: tuple[Config, str]
) -> None:
    found = judged(written(tmp_path, *wrong))
    assert sentence in found
    assert program(*wrong) == found
    assert judged(written(tmp_path, *right)) == program(*right) == ""


def test_a_file_that_is_called_otherwise_names_no_stack(tmp_path: Path) -> None:
    assert judged(written(tmp_path, MINE, "site.yaml")) == ""


@pytest.mark.parametrize(
    ("catalogue", "sentence"),
    [
        (RUBIN.encode("utf-16"), "is no text in UTF-8 (invalid start byte); correct it, or leave it out"),
        (b"[", "is no TOML"),
        (RUBIN.replace("1x144", "1x100").encode(), "[rubin-nvl144] unit_topology = '1x100' has 100 chips"),
        (RUBIN.encode(), ""),
    ],
)
def test_a_catalogue_of_the_stacks_own_is_found_from_the_project_and_known_to_it_alone(
    tmp_path: Path, catalogue: bytes, sentence: str
) -> None:
    path, before = written(tmp_path, RUBINS), list(ACCELERATORS)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rubin.toml").write_bytes(catalogue)
    found = judged(path)
    assert (sentence in found, bool(found)) == (True, bool(sentence))
    assert list(ACCELERATORS) == before
    assert "'rubin-nvl144': is unknown" in judged(written(tmp_path, but(RUBINS, "catalogue")))


def test_a_site_is_planned_with_its_own_catalogue_and_only_with_a_way_to_the_hub(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rubin.toml").write_text(RUBIN)
    (planned,) = plan(written(tmp_path, RUBINS, "site.yaml"))
    assert planned.chips() == {"rubin-nvl144": 4 * 144}
    with pytest.raises(DeclarationError, match="holdfast:hubContext: is missing"):
        plan(written(tmp_path, but(RUBINS, "hubContext"), "site.yaml"))


def test_whoever_names_the_hub_at_the_terminal_needs_only_the_declaration(tmp_path: Path) -> None:
    lone = written(tmp_path, {"holdfast:datacenter": SOUND}, "a.yaml")
    assert declared(lone).site.name == "lake-mariner"
    with pytest.raises(DeclarationError, match="powerMegawatts"):
        declared(written(tmp_path, {"holdfast:datacenter": changed(("powerMegawatts", -1))}))
