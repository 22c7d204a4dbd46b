"""Stack files on disk: read as Pulumi reads them, judged, divided, written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from holdfast_infra.declaration import Datacenter, DeclarationError, Mistake, Pool, parse
from holdfast_infra.declaration.division import divide
from holdfast_infra.declaration.hub import HUB, HubPlan, parse_hub
from holdfast_infra.stack_files.stack_yaml import dump, load

DATACENTER = "holdfast:datacenter"


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """One stack: its name, its whole configuration, and what it declares."""

    name: str
    config: Mapping[str, Any]
    datacenter: Datacenter

    @property
    def units(self) -> int:
        """Units that it makes, which are node pools at Google's sites."""
        return sum(len(pool.units) for pool in self._made)

    @property
    def hosts(self) -> int:
        """Nodes of all these units."""
        return sum(pool.hosts for pool in self._made)

    @property
    def _made(self) -> tuple[Pool, ...]:
        """Pools that it makes, and not another stack of its datacenter."""
        return self.datacenter.pools if self.datacenter.makes_units else ()

    def chips(self) -> dict[str, int]:
        """Chips by accelerator type."""
        found: dict[str, int] = {}
        for pool in self._made:
            count = len(pool.units) * pool.chips_per_unit
            found[pool.accelerator.name] = found.get(pool.accelerator.name, 0) + count
        return found


def read_config(path: Path) -> dict[str, Any]:
    """The configuration of a stack file. Raises DeclarationError if there is none."""
    try:
        document = load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _no_file(path, f"cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = getattr(error, "problem", None) or str(error)
        raise _no_file(path, f"is no YAML that Pulumi reads ({' '.join(str(reason).split())})") from error
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise _no_file(path, "has no section `config`, so it declares nothing")
    return config


def check(path: Path) -> Datacenter:
    """The datacenter that a stack file declares. Raises DeclarationError with every mistake."""
    return parse(read_config(path).get(DATACENTER))


def check_hub(path: Path) -> HubPlan | None:
    """What a hub's stack file declares; None for a datacenter's. Raises DeclarationError with every mistake."""
    config = read_config(path)
    return parse_hub(config[HUB]) if HUB in config and DATACENTER not in config else None


def plan(path: Path) -> list[PlannedStack]:
    """The stacks that a site file becomes, each judged. Raises DeclarationError with every mistake of all of them."""
    config = read_config(path)
    site = config.get(DATACENTER)
    if not isinstance(site, dict):
        parse(site)
    mistakes: dict[str, Mistake] = {}
    planned = []
    for name, declared in divide(site if isinstance(site, dict) else {}).items():
        try:
            planned.append(PlannedStack(name, {**config, DATACENTER: declared}, parse(declared)))
        except DeclarationError as error:
            mistakes.update({str(mistake): mistake for mistake in error.mistakes})
    if mistakes:
        raise DeclarationError(mistakes.values())
    return planned


def write(stacks: list[PlannedStack], folder: Path) -> list[Path]:
    """Write each stack as Pulumi.<name>.yaml; one that is there is overwritten by what the site file says."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for stack in stacks:
        path = folder / f"Pulumi.{stack.name}.yaml"
        path.write_text(dump({"config": dict(stack.config)}), encoding="utf-8")
        paths.append(path)
    return paths


def _no_file(path: Path, consequence: str) -> DeclarationError:
    return DeclarationError(
        [Mistake(str(path), "", consequence, "write `config:` and holdfast:datacenter under it")]
    )
