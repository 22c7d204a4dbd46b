"""Ports that others take between choosing and listening, and labs side by side."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from holdfast_lab import cluster_start
from holdfast_lab.control_plane import keys
from holdfast_lab.control_plane.cluster import Cluster
from holdfast_lab.errors import LabError
from holdfast_lab.lab import down, status, up
from holdfast_lab.ports import LOOPBACK
from holdfast_lab.process_control.supervision import is_alive, strays
from holdfast_lab.running import Lab
from holdfast_lab.state import RecordFile
from holdfast_lab.testing import running_lab

pytestmark = pytest.mark.lab
Thief = Callable[..., None]


@pytest.fixture
def thief(monkeypatch: pytest.MonkeyPatch) -> Iterator[Thief]:
    """`thief("etcd", "apiserver")`: a listener takes etcd's port once it is chosen, next time the API's."""
    with ExitStack() as listening:

        def steal(*ports: str) -> None:
            turns = iter(ports)

            def create_keys(cluster: Cluster, now: datetime) -> None:  # the first step after the choice
                if port := next(turns, ""):
                    taken = (LOOPBACK, getattr(cluster.ports, port))
                    listening.enter_context(socket.create_server(taken))
                before(cluster, now)

            before = keys.create_keys
            monkeypatch.setattr(cluster_start, "create_keys", create_keys)

        yield steal


def hub(folder: Path) -> Lab:
    return up(folder, [], (), manifests=folder / "none")


def test_a_port_taken_after_it_was_chosen_is_chosen_again(tmp_path: Path, thief: Thief) -> None:
    thief("etcd_peer", "apiserver")
    with running_lab(tmp_path, [], manifests=tmp_path / "none"):
        assert [cluster.ready for cluster in status(tmp_path)] == [True]
    assert strays(tmp_path) == []


def test_ports_taken_every_time_are_one_line_and_up_works_once_they_are_not(
    tmp_path: Path, thief: Thief
) -> None:
    thief("etcd", "etcd", "etcd")
    with pytest.raises(LabError, match="hub: other programs took the chosen ports 3 times: try again"):
        hub(tmp_path)
    assert strays(tmp_path) == []
    with running_lab(tmp_path, [], manifests=tmp_path / "none"):
        assert [cluster.ready for cluster in status(tmp_path)] == [True]


def test_two_labs_stand_side_by_side_and_one_goes_without_the_other(lab: Lab, tmp_path: Path) -> None:
    other = hub(tmp_path)
    ports = [set(ports_of(each)) for each in (lab, other)]
    assert ports[0].isdisjoint(ports[1])
    assert down(tmp_path) == 3
    assert all(map(is_alive, RecordFile(lab.state).read().processes()))
    assert all(cluster.ready for cluster in status(lab.state.root))


def ports_of(lab: Lab) -> list[int]:
    ports = [cluster.ports for cluster in lab.clusters.values()]
    return [number for each in ports for number in (each.etcd, each.etcd_peer, each.apiserver)]
