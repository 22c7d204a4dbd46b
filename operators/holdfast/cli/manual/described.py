"""What a command says of itself, as records: the only place that looks into the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer

from holdfast.cli.app import build

EXAMPLE = "\b\n"
"""How a paragraph of help begins that keeps its lines."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An argument or an option: its spellings, what stands behind it, and what it means."""

    spelled: tuple[str, ...]
    value: str
    means: str
    argument: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its words after `holdfast`, its sentence, further prose, examples, choices and commands below it."""

    words: tuple[str, ...]
    sentence: str
    prose: tuple[str, ...]
    examples: tuple[str, ...]
    choices: tuple[Choice, ...]
    below: tuple[Command, ...]

    @property
    def called(self) -> str:
        """As it is typed."""
        return " ".join(("holdfast", *self.words))

    @property
    def synopsis(self) -> str:
        """How it is typed, in one line."""
        names = [one.value for one in self.choices if one.argument]
        rest = ["[OPTIONS]"] if any(not one.argument for one in self.choices) else []
        return " ".join((self.called, *rest, *names, *(["COMMAND"] if self.below else [])))


def whole() -> Command:
    """The command line with everything that is installed."""
    return _command((), typer.main.get_command(build()))


def each(command: Command) -> Iterator[Command]:
    """A command and all below it."""
    yield command
    for one in command.below:
        yield from each(one)


def _command(words: tuple[str, ...], found: Any) -> Command:
    paragraphs = [part.rstrip() for part in (found.help or "").strip().split("\n\n") if part.strip()]
    first, *rest = paragraphs or [""]
    below: Mapping[str, Any] = getattr(found, "commands", {})
    return Command(
        words=words,
        sentence=_line(first),
        prose=tuple(_line(part) for part in rest if not part.startswith(EXAMPLE)),
        examples=tuple(part.removeprefix(EXAMPLE) for part in rest if part.startswith(EXAMPLE)),
        choices=tuple(_choice(one) for one in found.params if not getattr(one, "hidden", False)),
        below=tuple(_command((*words, name), one) for name, one in below.items()),
    )


def _choice(found: Any) -> Choice:
    argument = found.param_type_name == "argument"
    value = "" if getattr(found, "is_flag", False) else str(found.human_readable_name).upper()
    choices = getattr(found.type, "choices", None)
    means = _line(getattr(found, "help", None) or "")
    if choices and not argument:
        value = "|".join(map(str, choices))
    known = found.default not in (None, False, "", ()) and not callable(found.default)
    told = f"{means} [default: {found.default}]".strip() if known else means
    return Choice(tuple(found.opts), value, told, argument)


def _line(text: str) -> str:
    return " ".join(text.replace("\b", "").split())
