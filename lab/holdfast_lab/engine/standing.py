"""By which engine a stack stands. The two share no state: the other one would make everything a second time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from holdfast_lab.engine.configuration import project_name
from holdfast_lab.engine.monitor.engine import state_file
from holdfast_lab.engine.monitor.state import read_snapshot
from holdfast_lab.engine.options import Engine, Options
from holdfast_lab.errors import LabError

NAMES: Mapping[Engine, str] = {"cli": "the pulumi CLI", "monitor": "the lab's monitor engine"}


def require_same(chosen: Engine, stack: str, options: Options) -> None:
    """Raise LabError if the stack stands by the engine that was not chosen."""
    (other,) = NAMES.keys() - {chosen}
    resources = _STANDING[other](stack, options)
    if resources:
        raise LabError(
            f"{stack} stands by {NAMES[other]} ({resources} resources), of which {NAMES[chosen]} knows nothing: it "
            f"would make everything a second time, so nothing was planned; say `holdfast lab pulumi --engine {other}`, "
            "or destroy the stack with that first"
        )


def _by_monitor(stack: str, options: Options) -> int:
    return len(read_snapshot(state_file(options.state, stack)).resources)


def _by_cli(stack: str, options: Options) -> int:
    """As the CLI's file backend writes it; a stack that was made and is empty has no deployment in it."""
    folder = options.state / "pulumi" / ".pulumi" / "stacks" / project_name(options.project)
    try:
        kept = json.loads((folder / f"{stack}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    latest = (kept.get("checkpoint") or {}).get("latest") or {}
    return len(latest.get("resources") or [])


_STANDING: Mapping[Engine, Callable[[str, Options], int]] = {"cli": _by_cli, "monitor": _by_monitor}
