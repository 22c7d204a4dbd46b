"""What a person asked of an engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Engine = Literal["auto", "cli", "monitor"]
Verb = Literal["preview", "up", "destroy"]
PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True, slots=True)
class Options:
    """`config` holds `KEY=VALUE` texts, KEY as a path: `holdfast:datacenter.spares=1`."""

    project: Path
    """Folder of Pulumi.yaml."""
    state: Path
    """The lab's state folder, absolute."""
    yes: bool = False
    run_program: bool = False
    config: tuple[str, ...] = ()
    parallel: int = 8
