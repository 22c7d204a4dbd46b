"""What is legal and not what one would write, beside what is."""

from __future__ import annotations

import pytest
from tests.infra.declarations import H200, REMOVED, SPOT, changed, pool, pools

from holdfast_infra.declaration import parse

# What is legal and odd, the warning, and what is not odd.
ODD = [
    (("systemPool/machineType", "a3-ultragpu-8g"), "has accelerators (h200)", ("systemPool/nodes", 4)),
    (("powerMegawatts", 0), "would run nothing, but the site is Operational", ("powerMegawatts", 1)),
    (
        ("cluster/minimumVersion", "1.37.0-gke.1"),
        "is newer than any",
        ("cluster/minimumVersion", "1.36.9-gke.1"),
    ),
    (
        ("cluster/minimumVersion", REMOVED),
        "RAPID, whose default may be older than 1.35.2-gke.1842000, the first that runs tpu7x (pool tpu7x-a)",
        ("cluster/minimumVersion", "1.35.2-gke.1842000"),
    ),
    (("network/fabrics/b200", "192.168.128.0/17"), "is used by no pool", ("graceSeconds", 61)),
    (("network/nodes", "10.0.0.0/25"), "and not as many again", ("network/nodes", "10.0.0.0/24")),
    (("network/services", "172.17.0.0/20"), "overlaps 172.17.0.0/16", ("network/services", "172.18.0.0/20")),
    (pools(a=pool("l4", **SPOT)), "may be taken back by Google", pools(a=pool("l4", capacity="on-demand"))),
    (
        pools(a=pool("l4", "r"), b=pool("l4", "r")),
        "pools a, b share it",
        pools(a=pool("l4", "r"), b=pool("l4", "s")),
    ),
    (pools(a=pool("tpu-v5e", "r")), "is a slice of one host", pools(a=pool("tpu-v5e", "r", topology="4x4"))),
    ((f"{H200}/units/0/retiring", True), "so nothing more is promised", (f"{H200}/units/0/retiring", False)),
]


@pytest.mark.parametrize(("odd", "sentence", "usual"), ODD, ids=[row[1] for row in ODD])
def test_what_is_odd_is_accepted_with_a_warning(
    odd: tuple[str, object], sentence: str, usual: tuple[str, object]
) -> None:
    told = [str(warning) for warning in parse(changed(odd)).warnings]
    assert [sentence in each for each in told].count(True) == 1
    assert not any(sentence in str(each) for each in parse(changed(usual)).warnings)


LEFT = "cluster.minimumVersion: is left to channel"
RACKS = {
    "gb300-a": pool("gb300-nvl72", "a/reservationBlocks/a"),
    "gb200-a": pool("gb200-nvl72", "b/reservationBlocks/b"),
}
OPEN = [("pools", RACKS), ("network/fabrics", {"gb300-nvl72": "192.168.0.0/17"})]


def left(*changes: tuple[str, object]) -> list[str]:
    """Warnings of versions that are left to a channel."""
    told = [str(warning) for warning in parse(changed(*OPEN, *changes)).warnings]
    return [each for each in told if each.startswith(LEFT)]


@pytest.mark.parametrize("channel", ["RAPID", "REGULAR", "STABLE", "EXTENDED"])
def test_the_latest_version_that_an_accelerator_needs_is_asked_for_in_every_channel(channel: str) -> None:
    (line,) = left(("cluster", {"releaseChannel": channel}))
    assert line.startswith(f"{LEFT} {channel}, whose default may be older than 1.34.3-gke.1318000, the first")
    assert line.endswith('runs gb300-nvl72 (pool gb300-a); write "1.34.3-gke.1318000" or later')
    assert left(("cluster", {"releaseChannel": channel, "minimumVersion": "1.34.3-gke.1318000"})) == []


def test_a_version_is_left_to_nobody_where_the_accelerators_need_none_or_others_make_the_cluster() -> None:
    regular = ("cluster", {"releaseChannel": "REGULAR"})
    assert left(regular, ("pools", {"a": pool("l4", "r")}), ("network/fabrics", {})) == []
    assert left(regular, ("part", "block")) == []
    assert len(left(regular, ("part", "shared"))) == 1
