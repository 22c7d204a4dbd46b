"""Entry points are those that the standard library finds."""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from holdfast.cli.installed import entry_points


@pytest.mark.parametrize("group", sorted(metadata.entry_points().groups))
def test_every_group_of_this_interpreter_is_read_as_the_library_reads_it(group: str) -> None:
    assert set(entry_points(group)) == {point.name for point in metadata.entry_points(group=group)}


def test_what_is_found_is_loaded() -> None:
    known = {point.name: point.load() for point in metadata.entry_points(group="holdfast.commands")}
    assert known
    assert {name: load() for name, load in entry_points("holdfast.commands").items()} == known


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[a]\nx = os:getcwd\n[b]\ny = os", ["x"]),
        ("[b]\ny = os\n\n[a]\n# x = no\n; z = no\nx=os.path : join [extra]\n", ["x"]),
        ("[ab]\nx = os\n", []),
        ("", []),
    ],
)
def test_only_the_lines_of_the_group_count(tmp_path: Path, text: str, names: list[str]) -> None:
    (tmp_path / "some-1.dist-info").mkdir()
    (tmp_path / "some-1.dist-info" / "entry_points.txt").write_text(text)
    (tmp_path / "bare-1.dist-info").mkdir()
    found = entry_points("a", [str(tmp_path), str(tmp_path / "nowhere")])
    assert list(found) == names
    assert all(callable(load()) for load in found.values())


def test_a_package_in_an_archive_is_found(tmp_path: Path) -> None:
    archive = tmp_path / "some.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("some-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: some\nVersion: 1\n")
        file.writestr("some-1.dist-info/entry_points.txt", "[a]\nx = os:getcwd\n")
    assert list(entry_points("a", [*sys.path, str(archive)])) == ["x"]
