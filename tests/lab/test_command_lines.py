"""Which programs a cluster has, and that no flag of theirs is left half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_lab.control_plane.cluster import HUB, Cluster
from holdfast_lab.control_plane.command_lines import ISSUERS, STORE_AND_API, beside_the_api, command
from holdfast_lab.programs import PROGRAMS
from holdfast_lab.state import Ports, StateFolder


def cluster(name: str) -> Cluster:
    return Cluster(name, StateFolder(Path("/a {lab}")), Ports(1, 2, 3))


def argv(name: str, where: Cluster) -> tuple[str, ...]:
    return command(name, where, Path("/bin")).argv


def test_a_hub_runs_no_pods_and_so_no_scheduler_and_no_hosts() -> None:
    assert beside_the_api(cluster(HUB)) == ("kube-controller-manager",)


def test_a_site_starts_every_program_of_the_lab_but_kubectl() -> None:
    site = cluster("lake-mariner")
    started = {Path(argv(name, site)[0]).name for name in (*STORE_AND_API, *beside_the_api(site))}
    assert started == {program.name for program in PROGRAMS} - {"kubectl"}


@pytest.mark.parametrize("name", [*STORE_AND_API, *beside_the_api(cluster("lake-mariner"))])
def test_every_flag_is_whole_and_every_file_is_the_clusters_own(name: str) -> None:
    flags = argv(name, cluster("lake-mariner"))[1:]
    assert all(flag.startswith("--") for flag in flags)
    assert not [flag for flag in flags if "{" in flag.replace("/a {lab}", "")]


def test_an_api_server_takes_tokens_of_the_issuers_that_its_folder_names(tmp_path: Path) -> None:
    hub = Cluster(HUB, StateFolder(tmp_path), Ports(1, 2, 3))
    assert not [flag for flag in argv("kube-apiserver", hub) if "authentication-config" in flag]
    hub.folder.mkdir(parents=True)
    (hub.folder / ISSUERS).touch()
    assert f"--authentication-config={hub.folder / ISSUERS}" in argv("kube-apiserver", hub)
    assert not [flag for flag in argv("etcd", hub) if "authentication-config" in flag]
