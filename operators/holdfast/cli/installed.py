"""Entry points of one group, read from the files in which an installer writes them down.

The standard library's importlib.metadata reads the same files and takes as long to load as all else that help needs:
it also knows packages in archives, which take it still (a path that is no folder).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

_FILE = "entry_points.txt"
_FOLDERS = (".dist-info", ".egg-info")

Load = Callable[[], Any]


def entry_points(group: str, paths: Sequence[str] | None = None) -> Mapping[str, Load]:
    """What the distributions on these paths, by default the interpreter's, bring into a group: by name, how to load it.

    Of two of one name the one counts that is found first.
    """
    found: dict[str, Load] = {}
    for path in sys.path if paths is None else paths:
        place = Path(path)
        if place.is_file():
            found = {**dict(_in_archive(path, group)), **found}
        for text in _texts(place):
            for name, value in _section(text, group):
                found.setdefault(name, partial(_load, value))
    return found


def _texts(folder: Path) -> Iterator[str]:
    """The file of every distribution in a folder that has one."""
    try:
        found = sorted(each for each in folder.iterdir() if each.name.endswith(_FOLDERS))
    except OSError:
        return
    for each in found:
        try:
            yield (each / _FILE).read_text(encoding="utf-8")
        except OSError:
            continue


def _section(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Names and values of one group: packaging.python.org, specifications/entry-points."""
    _, found, rest = f"\n{text}".partition(f"\n[{group}]")
    for line in rest.split("\n[")[0].splitlines() if found else ():
        name, is_one, value = line.partition("=")
        if is_one and not name.lstrip().startswith(("#", ";")):
            yield name.strip(), value.partition("[")[0].strip()


def _load(value: str) -> Any:
    module, _, attribute = value.partition(":")
    found: Any = import_module(module.strip())
    for name in filter(None, attribute.strip().split(".")):
        found = getattr(found, name)
    return found


def _in_archive(path: str, group: str) -> Iterator[tuple[str, Load]]:
    metadata = import_module("importlib.metadata")
    for distribution in metadata.distributions(path=[path]):
        yield from ((point.name, point.load) for point in distribution.entry_points if point.group == group)
