"""The configuration of a run: tracked stack file, then the lab's overlay, then --config.

It is written to `<state>/config/`, so that whatever an engine puts into the file (a salt, for one) stays out
of the tracked one. An overlay makes a datacenter lab-sized: its maps merge key by key, everything else in it
replaces what the stack says; a key with the value null is taken out. Files and settings are read as Pulumi
reads them (holdfast_infra.stack_files.stack_yaml).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.stack_files.stack_yaml import dump, load
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.options import PROJECT_FILE, Options
from holdfast_lab.errors import LabError
from holdfast_lab.state import StateFolder, write_whole

Config = dict[str, Any]
STACKS = "stacks"
PROJECT_KEY = "gcp:project"
_DATACENTER = "holdfast:datacenter"


def project_name(project: Path) -> str:
    """Name in Pulumi.yaml."""
    return str(_read(project / PROJECT_FILE)["name"])


def require_stack(stack: str, project: Path) -> None:
    """Refuse a folder without a project, and a stack it does not have, naming those it has."""
    if not (project / PROJECT_FILE).exists():
        raise LabError(f"{project} has no {PROJECT_FILE}: run this in the project's folder")
    tracked = (project / STACKS).glob("Pulumi.*.yaml")
    known = sorted(path.stem.removeprefix("Pulumi.") for path in tracked)
    if stack not in known:
        raise LabError(
            f"there is no stack {stack} in {project / STACKS}: it has {', '.join(known) or 'none'}"
        )


def program_folder(project: Path) -> Path:
    """Where the program is: `main` in Pulumi.yaml."""
    return project / str(_read(project / PROJECT_FILE).get("main", "."))


def lab_config(stack: str, options: Options) -> Config:
    """Every configuration key of a stack in the lab, nested values as they are."""
    path = options.project / STACKS / f"Pulumi.{stack}.yaml"
    tracked = _read(path).get("config") or {}
    if not isinstance(tracked, dict):
        raise LabError(
            f"{path}: config is no section, so nothing under it can be read; write fields under it"
        )
    config: Config = merged(merged(tracked, _made_small(stack, tracked)), _hub(stack, options.state))
    for setting in options.config:
        key, separator, value = setting.partition("=")
        if not separator:
            raise LabError(f"--config {setting!r} has no value: write KEY=VALUE")
        config = _with(config, key, _loaded(value, f"--config {key}"))
    return config


def _made_small(stack: str, tracked: Config) -> Config:
    """What the lab changes of a stack. A declaration with a mistake stays as it is, for the program to refuse."""
    declared = tracked.get(_DATACENTER)
    if declared is None:  # the hub's, or a tenant's, which names no project at all
        named = PROJECT_KEY in tracked
        return overlay(stack) if named else {PROJECT_KEY: LAB_PROJECT, **overlay(stack)}
    if not isinstance(declared, dict) or not _is_sound(declared):
        return {PROJECT_KEY: LAB_PROJECT}
    over = merged(_every(stack, declared), overlay(stack))
    pools = over[_DATACENTER].get("pools", {})
    there = {block: pool for block, pool in pools.items() if block in declared["pools"]}
    return {**over, _DATACENTER: {**over[_DATACENTER], "pools": there}}


def _is_sound(declared: Config) -> bool:
    try:
        parse(declared)
    except DeclarationError:
        return False
    return True


def _every(stack: str, declared: Config) -> Config:
    """What the lab is for every stack: its own project, a cluster entered by the lab's kubeconfig, no Shared VPC."""
    ours = {
        "project": LAB_PROJECT,
        "network": {"existing": None},
        "cluster": {"deletionProtection": False, "context": declared.get("name", stack)},
    }
    return {
        PROJECT_KEY: LAB_PROJECT,
        _DATACENTER: {key: value for key, value in ours.items() if key in declared},
    }


def _hub(stack: str, state: Path) -> Config:
    """Where every stack of a lab finds the hub: as a platform engineer; the hub's own stack as its administrator."""
    found = (
        StateFolder.at(state).clusters / "hub" / "admin.kubeconfig"
        if stack == "hub"
        else state / "kubeconfig"
    )
    return {"holdfast:hubKubeconfig": str(found), "holdfast:hubContext": "hub"}


def overlay(stack: str) -> Config:
    """What the lab makes smaller; empty for a stack without an overlay."""
    found = files("holdfast_lab.engine").joinpath("overlays", f"{stack}.yaml")
    return load(found.read_text(encoding="utf-8")) or {} if found.is_file() else {}


def write_copy(stack: str, config: Config, state: Path) -> Path:
    """Write a configuration where the CLI may change it; keeps what the CLI wrote there before."""
    path = state / "config" / f"Pulumi.{stack}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _read(path) if path.exists() else {}
    write_whole(path, dump({**kept, "config": config}).encode())
    return path


def as_environment(config: Config) -> dict[str, str]:
    """As a program reads it: texts as they are, everything else as JSON."""
    secret = [key for key, value in config.items() if isinstance(value, dict) and "secure" in value]
    if secret:
        raise LabError(
            f"config key {secret[0]} is encrypted, which only the pulumi CLI can read: give it in the lab by "
            f"--config {secret[0]}=VALUE"
        )
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def merged(under: Any, over: Any) -> Any:
    """Two values as one: maps key by key, otherwise the upper one; null takes a key out."""
    if not (isinstance(under, Mapping) and isinstance(over, Mapping)):
        return over
    both = {**under, **{key: merged(under.get(key), value) for key, value in over.items()}}
    return {key: value for key, value in both.items() if value is not None}


def _with(config: Config, path: str, value: Any) -> Config:
    """The configuration with one value set; `namespace:key.list[0].inner` names it, as Pulumi's paths do."""
    namespace, colon, rest = path.rpartition(":")
    first, *inner = re.findall(r"[^.\[\]]+", rest)
    changed = {
        **config,
        f"{namespace}{colon}{first}": _put(config.get(f"{namespace}{colon}{first}"), inner, value),
    }
    return {key: kept for key, kept in changed.items() if kept is not None}


def _put(found: Any, keys: list[str], value: Any) -> Any:
    """What was found, with the value where the keys lead: maps are merged, items of a list replaced."""
    if not keys:
        return merged(found, value)
    key, *inner = keys
    if not isinstance(found, list):
        return merged(
            found, {key: _put(found.get(key) if isinstance(found, Mapping) else None, inner, value)}
        )
    if not (key.isdigit() and int(key) < len(found)):
        raise LabError(f"--config: [{key}] names no item of a list of {len(found)}: count from 0")
    return [_put(item, inner, value) if at == int(key) else item for at, item in enumerate(found)]


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LabError(f"{path} does not exist: run this in the project's folder") from error
    found = _loaded(text, str(path)) or {}
    if not isinstance(found, dict):
        raise LabError(f"{path} has no fields, so nothing can be read in it: begin it with `config:`")
    return found


def _loaded(text: str, source: str) -> Any:
    """What Pulumi would read in this text; a refusal is one line."""
    try:
        return load(text)
    except ConstructorError as error:
        raise LabError(f"{source}, {error.problem}; nothing was planned") from error
    except yaml.YAMLError as error:
        raise LabError(f"{source} is no YAML: {' '.join(str(error).split())}") from error
