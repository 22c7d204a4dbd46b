"""`holdfast backup` and `restore` on a real hub: who may, a full disk, a torn file, the wrong hub."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.cli.people import Person
from tests.guards.stage import Stage
from tests.lab.tiny_disk import tiny_disk

from holdfast.backup.document import backup_of_text

pytestmark = pytest.mark.lab


@pytest.fixture
def file(ada: Person, tmp_path: Path) -> Path:
    """A backup of the stage, by a platform engineer."""
    made = tmp_path / "hub.json"
    said = ada.says("backup", str(made))
    assert "1 pools of ny" in said
    return made


def test_a_platform_engineer_keeps_the_hub_in_a_file_that_only_they_may_read(
    stage: Stage, file: Path
) -> None:
    backup = backup_of_text(file.read_text())
    assert [one["metadata"]["name"] for one in backup.of("acceleratorpools")] == ["ny.a"]
    assert {one["metadata"]["name"] for one in backup.of("tenants")} == {"mistral", "anthropic"}
    assert {one["metadata"]["namespace"] for one in backup.of("rolebindings")} == {"mistral", "anthropic"}
    kube_system = stage.server.call("GET", "/api/v1/namespaces/kube-system").document
    assert (backup.hub, file.stat().st_mode & 0o777) == (kube_system["metadata"]["uid"], 0o600)


def test_a_tenant_may_not_and_is_told_so_in_one_line(mila: Person, tmp_path: Path) -> None:
    done = mila.run("backup", str(tmp_path / "hub.json"))
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "could not look" in done.stderr


def test_on_a_full_disk_nothing_is_left_and_the_backup_that_was_there_stays(
    ada: Person, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "small", "16k") as disk:
        disk.run("sh", "-c", f"echo old > {disk.folder}/hub.json; head -c 1m /dev/zero > {disk.folder}/full")
        holdfast = (sys.executable, "-m", "holdfast", "backup", disk.folder / "hub.json")
        done = disk.run(*holdfast, KUBECONFIG=str(ada.kubeconfig))
        assert done.returncode == 2, done
        assert "no half of it is there: No space left on device" in " ".join(done.stderr.split())
        assert disk.run("sh", "-c", f"ls -A {disk.folder}; cat {disk.folder}/hub.json").stdout.split() == [
            "full", "hub.json", "old",
        ]  # fmt: skip


def test_a_torn_or_altered_file_is_not_restored(ada: Person, file: Path, tmp_path: Path) -> None:
    whole = file.read_text()
    for text, why in ((whole[:-40], "torn"), (whole.replace('"ny.a"', '"ny.b"'), "not as it was written")):
        (tmp_path / "other.json").write_text(text)
        done = ada.run("restore", str(tmp_path / "other.json"), "--yes")
        assert (done.returncode, why in done.stderr) == (2, True), done


def test_neither_the_wrong_person_nor_a_living_hub_is_restored_into(
    stage: Stage, ada: Person, file: Path
) -> None:
    assert "an administrator restores a hub" in ada.run("restore", str(file), "--yes").stderr
    admin = Person(stage.server.cluster.kubeconfig("admin"))
    done = admin.run("restore", str(file), "--yes")
    assert (done.returncode, "this hub lives: AcceleratorPool ny.a" in done.stderr) == (2, True), done
    assert "does not rest" in admin.run("resume", "--yes").stderr


def test_a_backup_says_what_it_is_of_before_anything_is_asked(file: Path) -> None:
    whole = json.loads(file.read_text())
    assert list(whole)[:4] == ["format", "sha256", "at", "hub"]
