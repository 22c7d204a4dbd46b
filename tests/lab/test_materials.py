"""The bill of materials: everything the lock pins, with its hashes, and the same for the same lock."""

from __future__ import annotations

from holdfast_lab.installation import MANIFESTS
from holdfast_lab.release.materials import OURS, bill

LOCK = """\
# a comment
alpha==1.2.3 ; sys_platform == 'linux' \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
beta-lib==4.0 \\
    --hash=sha256:{a}
""".format(a="a" * 64, b="b" * 64)


def test_what_the_lock_pins_is_on_the_bill_with_its_hashes() -> None:
    parts = {part["name"]: part for part in bill(LOCK, "0.1.0")["components"]}
    assert set(parts) == {*OURS, "alpha", "beta-lib"}
    assert parts["alpha"]["purl"] == "pkg:pypi/alpha@1.2.3"
    assert [one["value"] for one in parts["alpha"]["properties"]] == ["a" * 64, "b" * 64]
    assert parts["holdfast"] == {
        "type": "library", "name": "holdfast", "version": "0.1.0", "purl": "pkg:pypi/holdfast@0.1.0",
    }  # fmt: skip


def test_the_projects_own_lock_is_read_whole() -> None:
    lock = (MANIFESTS.parent / "requirements.lock").read_text()
    pinned = [line for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(bill(lock, "0.1.0")["components"]) == len(OURS) + len(pinned)
    assert bill(lock, "0.1.0") == bill(lock, "0.1.0")
