"""What is legal and not what one would write, beside what is."""

from __future__ import annotations

import pytest
from tests.infra.declarations import H200, SPOT, changed, pool, pools

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
