"""The door of the declaration: a configuration object is read field by field, each read typed.

Rules of reading:
  1. A reader never raises. It notes a Mistake and answers with a blank of the right type.
  2. What nobody asked for is a mistake too: `nothing_else` compares the fields present with those read.
  3. A section that is no mapping is one mistake, not one for each of its fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import IPv4Network

from holdfast.hardware.instants import EXAMPLE, seconds_of, text_of
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.shapes import ANY_TEXT, Shape

_USABLE = tuple(
    IPv4Network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
        *("100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
    )
)
"""What Google takes as private in a subnet: cloud.google.com/vpc/docs/subnets#valid-ranges."""


class Fields:
    """One section of the declaration, and the list that collects what is wrong with all of it."""

    def __init__(self, where: str, given: object, mistakes: list[Mistake]) -> None:
        self.where = where
        self._mistakes = mistakes
        self._before = len(mistakes)
        self._asked: set[str] = set()
        self._given: dict[str, object] | None = None
        if isinstance(given, dict):
            self._given = {str(name): value for name, value in given.items()}
        elif given is not None:
            self._note(
                where, given, "is no section, so none of its fields were read", "write fields under it"
            )

    @property
    def sound(self) -> bool:
        """Whether the section is there and nothing was wrong in it or below it, so far."""
        return self._given is not None and len(self._mistakes) == self._before

    def text(self, name: str, shape: Shape = ANY_TEXT, default: str | None = None) -> str:
        """A text of this shape. Without default it is required."""
        value = self._read(name, default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self._note(
                self.at(name),
                value,
                f"is {_kind(value)}, not a text",
                "put it in quotes as it is meant to be read",
            )
            return ""
        if not shape.fits(value):
            self._note(self.at(name), value, shape.consequence, shape.remedy)
            return ""
        return value

    def instant(self, name: str, *, up: bool = False, default: str | None = None) -> str:
        """An instant, in the one spelling that sorts as instants do; `up` rounds a fraction up (an end)."""
        value = self.text(name, default=default)
        if not value:
            return value
        try:
            return text_of(seconds_of(value, up=up))
        except ValueError as error:
            self._note(
                self.at(name),
                value,
                f"is no instant ({error})",
                f'put it in quotes, in UTC or with an offset, such as "{EXAMPLE}" or "2027-01-04T01:00:00+01:00"',
            )
            return ""

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of these texts; for a misspelt one, already noted, the one that was meant, so that others go by it."""
        value = self.text(name, default=default)
        if value and value not in choices:
            near = get_close_matches(value, choices, n=1)
            hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(choices)}"
            self._note(self.at(name), value, "is not one of the choices", hint)
            return near[0] if near else ""
        return value

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number from least to most."""
        value = self._read(name, default is None)
        if value is None:
            return default or 0
        if isinstance(value, bool) or not isinstance(value, int):
            self._note(
                self.at(name),
                value,
                f"is {_kind(value)}, not a whole number",
                "write it without quotes or dot",
            )
            return 0
        if not least <= value <= most:
            self._note(self.at(name), value, "is out of bounds", f"write a number from {least:,} to {most:,}")
            return 0
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._read(name, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._note(
                self.at(name), value, f"is {_kind(value)}, not true or false", "write true or false, unquoted"
            )
            return default
        return value

    def addresses(self, name: str) -> IPv4Network | None:
        """A range of private IPv4 addresses, such as 10.0.0.0/16, or None."""
        value = self.text(name)
        if not value:
            return None
        try:
            network = IPv4Network(value)
        except ValueError as error:
            self._note(
                self.at(name), value, f"is no address range ({error})", "write one such as 10.0.0.0/16"
            )
            return None
        if not any(network.subnet_of(usable) for usable in _USABLE):
            self._note(
                self.at(name),
                value,
                "is public, so nodes could not reach its real owner",
                "write a private one such as 10.0.0.0/16",
            )
        return network

    def networks(self, name: str) -> tuple[IPv4Network, ...]:
        """A list of address ranges, public ones too; those that could not be read are left out."""
        found = []
        for index, text in enumerate(self.texts(name)):
            try:
                found.append(IPv4Network(text))
            except ValueError as error:
                self._note(
                    f"{self.at(name)}[{index}]",
                    text,
                    f"is no address range ({error})",
                    "write one such as 203.0.113.0/24",
                )
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none if the field is not there."""
        value = self._read(name, required=False)
        if value is not None and not (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        ):
            self._note(
                self.at(name),
                value,
                f"is {_kind(value)}, not a list of texts",
                "write one text in quotes each",
            )
            return ()
        return tuple(str(each) for each in value) if isinstance(value, list) else ()

    def section(self, name: str, required: bool = True) -> Fields:
        """The section of this name; reads of a missing or broken one answer blanks without more mistakes."""
        return Fields(self.at(name), self._read(name, required), self._mistakes)

    def names(self) -> tuple[str, ...]:
        """Names of all fields present, in the order written."""
        return tuple(self._given or ())

    def each(self, name: str, required: bool = True) -> Iterator[Fields]:
        """The sections of a list."""
        value = self._read(name, required)
        if value is not None and not isinstance(value, list):
            self._note(
                self.at(name),
                value,
                f"is {_kind(value)}, not a list",
                "write one line starting with '-' each",
            )
            return
        for index, part in enumerate(value or ()):
            yield Fields(f"{self.at(name)}[{index}]", {} if part is None else part, self._mistakes)

    def has(self, name: str) -> bool:
        """Whether the field is there, whatever stands in it."""
        return self._given is not None and self._given.get(name) is not None

    def renamed(self, old: str, new: str) -> None:
        """Note a field that still has its former name."""
        if self.has(old):
            self._asked.add(old)
            value = (self._given or {})[old]
            self._note(self.at(old), value, f"is called {new} now, so it was not read", f"write {new}")

    def refuse(self, name: str, value: object, consequence: str, remedy: str) -> None:
        """Note a mistake that only the caller can see; an empty name means the section itself."""
        self._note(self.at(name), value, consequence, remedy)

    def nothing_else(self) -> None:
        """Note every field that nobody read, with the nearest name that exists."""
        for name in sorted(set(self.names()) - self._asked):
            near = get_close_matches(name, self._asked, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._asked))}"
            self._note(self.at(name), (self._given or {})[name], "is no field, so it would do nothing", hint)

    def at(self, name: str) -> str:
        """Path of a field of this section."""
        return ".".join(part for part in (self.where, name) if part)

    def _read(self, name: str, required: bool) -> object:
        self._asked.add(name)
        if self._given is None:
            return None
        value = self._given.get(name)
        if value is None and required:
            self._mistakes.append(Mistake(self.at(name), "", "is missing", "it has no default: write it"))
        return value

    def _note(self, field: str, value: object, consequence: str, remedy: str) -> None:
        self._mistakes.append(Mistake(field, "" if value is None else shown(value), consequence, remedy))


def _kind(value: object) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number with a dot",
        str: "a text",
        list: "a list",
        dict: "a section",
    }
    return kinds.get(type(value), "a date")
