"""What a person asked of an engine, and the order an engine gets."""

from __future__ import annotations

from collections.abc import Mapping
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
    preview_only: bool = False
    """A destroy that is only foreseen."""
    refresh: bool = False
    """Read what stands before anything is compared."""
    json: bool = False
    """Print what is foreseen as one document, and everything else to standard error."""
    config: tuple[str, ...] = ()
    parallel: int = 8


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: `config` as the program reads it, `environment` for program and plugins.

    With `dry_run` nothing may change.
    """

    verb: Verb
    stack: str
    options: Options
    config: Mapping[str, str]
    environment: Mapping[str, str]
    dry_run: bool
