"""Stack files on disk: read as Pulumi reads them, judged, divided, written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from holdfast.hardware.catalogue import for_a_while
from holdfast_infra.configuration import (
    DATACENTER,
    beside,
    declared_datacenter,
    judged_datacenter,
    judged_hub,
)
from holdfast_infra.declaration import Datacenter, DeclarationError, Mistake, Pool, parse
from holdfast_infra.declaration.division import divide
from holdfast_infra.declaration.hub import HubPlan
from holdfast_infra.stack_files.stack_yaml import dump, load

_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml", re.DOTALL)


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
    """The datacenter of a stack file, judged as the program judges it. Raises DeclarationError with every mistake.

    Only a file that is called as Pulumi calls it, Pulumi.NAME.yaml, says which stack it is.
    """
    config, named = read_config(path), _STACK_FILE.fullmatch(path.name)
    with for_a_while():
        return judged_datacenter(config, named["stack"] if named else "", _project(path))


def check_hub(path: Path) -> HubPlan | None:
    """What a hub's stack file declares; None for a datacenter's. Raises DeclarationError with every mistake."""
    return judged_hub(read_config(path))


def declared(path: Path) -> Datacenter:
    """The datacenter of a stack file, whatever it is called and wherever the hub is. Raises DeclarationError."""
    return declared_datacenter(read_config(path), _project(path))


def plan(path: Path) -> list[PlannedStack]:
    """The stacks that a site file becomes, each judged. Raises DeclarationError with every mistake of all of them."""
    config = read_config(path)
    judged_hub(config)
    with for_a_while():
        return _planned(config, {str(each): each for each in beside(config, _project(path))})


def _planned(config: Mapping[str, Any], mistakes: dict[str, Mistake]) -> list[PlannedStack]:
    site = config.get(DATACENTER)
    if not isinstance(site, dict):
        parse(site)
    planned = []
    for name, part in divide(site if isinstance(site, dict) else {}).items():
        try:
            planned.append(PlannedStack(name, {**config, DATACENTER: part}, parse(part)))
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


def _project(path: Path) -> Path:
    """The folder of the project that a stack file is in, from which its relative paths start; else the file's own."""
    above = path.absolute().parents
    return next((folder for folder in above if (folder / "Pulumi.yaml").is_file()), above[0])


def _no_file(path: Path, consequence: str) -> DeclarationError:
    return DeclarationError(
        [Mistake(str(path), "", consequence, "write `config:` and holdfast:datacenter under it")]
    )
