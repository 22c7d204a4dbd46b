"""Files that say what the code says: one way to write them, and to find those that do not.

python -m MODULE            write them below the current directory, and take away what nothing stands for any more
python -m MODULE --check    write nothing; exit 1 and name the files that differ
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Generator:
    """What one module generates: `texts` gives every file by its path from the project's root.

    `module` is what writes them, `source` what they say; `own` are patterns of paths of which it writes every file:
    what else is there is of something that is no more.
    """

    module: str
    source: str
    texts: Callable[[], Mapping[Path, str]]
    own: tuple[str, ...] = ()

    def stale(self, root: Path) -> list[Path]:
        """Files below root that are missing or differ, and those that nothing stands for any more."""
        wanted = self.texts()
        differing = {path for path, text in wanted.items() if not _holds(root / path, text)}
        return sorted({*differing, *self._orphans(root, wanted)})

    def write(self, root: Path) -> None:
        """Write every file below root, and take away what nothing stands for."""
        wanted = self.texts()
        for path in self._orphans(root, wanted):
            (root / path).unlink()
        for path, text in wanted.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")

    def main(self, arguments: list[str]) -> int:
        """Write below this folder, or with --check say which differ. Returns the exit code."""
        if "--check" not in arguments:
            self.write(Path.cwd())
            return 0
        differing = self.stale(Path.cwd())
        for path in differing:
            sys.stderr.write(f"{path} is not what {self.source}: run python -m {self.module}\n")
        return 1 if differing else 0

    def _orphans(self, root: Path, wanted: Mapping[Path, str]) -> Iterator[Path]:
        found = (path.relative_to(root) for pattern in self.own for path in root.glob(pattern))
        return (path for path in found if path not in wanted)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
