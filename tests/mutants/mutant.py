"""One planted bug: a sentence that says what goes wrong, and the one change of text that makes it so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class NotFound(Exception):
    """A mutant's old text is not in its file exactly once: the code has moved on and the mutant must follow."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`file` is a path below the repository; `killers` are pytest's own words for files and tests below it.

    `hangs` says that running into the time limit is how this one shows; `short` that it belongs to the short run.
    """

    name: str
    file: str
    old: str
    new: str
    killers: tuple[str, ...]
    hangs: bool = False
    short: bool = False

    @property
    def module(self) -> str:
        """The module that is changed, as it is imported."""
        return ".".join(Path(self.file).with_suffix("").parts[1:]).removesuffix(".__init__")

    def planted_in(self, text: str) -> str:
        """The file's text with this bug in it. Raises NotFound."""
        found = text.count(self.old)
        if found != 1:
            raise NotFound(
                f"mutant {self.name!r} no longer applies: its old text is {found} times in {self.file}. Write its "
                "`old` and `new` anew, for the code as it is now, in tests/mutants/planted"
            )
        return text.replace(self.old, self.new)
