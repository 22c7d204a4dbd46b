"""Units come after their pool was looked at; what a preview does not need is not loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pulumi
import pytest
from tests.infra import recording
from tests.infra.recording import declared, run

from holdfast_infra.program import main

NODE_POOL = "gcp:container/nodePool:NodePool"


def small() -> dict[str, Any]:
    datacenter = declared("lake-mariner")
    datacenter["pools"]["tpu7x-a"] |= {"spares": 1, "units": [{"ids": "cube-000..cube-002"}]}
    return datacenter


def known_by_uid(monkeypatch: pytest.MonkeyPatch, kind: str) -> list[str]:
    """The stack has published these before; the types of what is registered, in order."""
    answer, registered = recording._Outputs.new_resource, list[str]()

    def told(self: Any, args: Any) -> tuple[str | None, dict[str, Any]]:
        registered.append(args.typ)
        identity, outputs = answer(self, args)
        metadata = {**outputs.get("metadata", {}), **({"uid": "u-1"} if args.typ.endswith(kind) else {})}
        return identity, {**outputs, "metadata": metadata}

    monkeypatch.setattr(recording._Outputs, "new_resource", told)
    return registered


@pytest.mark.parametrize("kind", [":AcceleratorPool", ":Datacenter"])
def test_no_unit_is_registered_where_the_hub_lost_what_was_published(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    registered = known_by_uid(monkeypatch, kind)
    with pytest.raises(pulumi.RunError, match="is gone from the hub"):
        run(main, "lake-mariner", small())
    assert registered.count(NODE_POOL) == 1  # of the system


def test_every_unit_is_registered_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = known_by_uid(monkeypatch, ":NothingOfOurs")
    run(main, "lake-mariner", small())
    assert registered.count(NODE_POOL) == 1 + 3


def test_a_preview_loads_no_kubernetes_client() -> None:
    script = (
        "import sys, holdfast_infra.program; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "pulumi" in loaded
    assert not {"kubernetes", "pydantic", "requests", "oauthlib", "urllib3"} & set(loaded)
