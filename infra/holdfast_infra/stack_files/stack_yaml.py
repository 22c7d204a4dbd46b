"""YAML as Pulumi reads it: the lab and the real engine hand the same values of one file to the program.

Pulumi decodes with gopkg.in/yaml.v3 into untyped values and passes objects on as JSON (sdk/v3/go/common,
encoding/marshal.go and resource/config/object.go). PyYAML's own rules are those of YAML 1.1; what differs:

    written              yaml.v3, and here          YAML 1.1
    a key twice          refused                    the last one wins
    yes, no, on, off     text                       true, false
    1:00:00              text                       3600
    1e3                  1000                       text
    0o17                 15                         text
    1.0                  1, as JSON writes it       1.0
    2026-01-01           text as Go prints a time   a date
    .inf, .nan           refused: JSON has neither  a number
    0x_, 1e999           text                       a traceback; infinite

The text of an unquoted time, `2026-01-01 00:00:00 +0000 UTC`, is no instant: the declaration says to quote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from math import isinf
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode

_INT = re.compile(
    r"[-+]?(?:0[bB]_*[01][01_]*|0[oO]_*[0-7][0-7_]*|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0[0-7_]*|[1-9][0-9_]*)\Z",
    re.ASCII,
)
_FLOAT = re.compile(
    r"(?:[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|"
    r"\.(?:nan|NaN|NAN))\Z",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:(?P<t>[Tt]| )"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?P<fraction>\.[0-9]+)?"
    r"(?(t)(?P<zone>(?<! )Z|[-+][0-9]{2}:[0-9]{2})?))?\Z",
    re.ASCII,
)


_LONGEST_SHOWN = 60


class KeyWrittenTwice(ConstructorError):
    """A mapping has one key twice, so one of the two values would be lost without a word."""


class StackLoader(yaml.SafeLoader):
    """A safe loader with the rules above; keys become texts, as in JSON."""

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        """A mapping as written. Checked here, because merging (`<<`) later writes keys into it again."""
        node = super().compose_mapping_node(anchor)
        first: dict[str, Node] = {}
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and first.setdefault(key.value, key) is not key:
                raise _twice(key, first[key.value])
        return node

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping with its keys as texts, so that 1 and true are two keys, as they are in JSON."""
        self.flatten_mapping(node)
        return {
            _as_key(self.construct_object(key, deep=True), key): self.construct_object(value, deep=deep)
            for key, value in node.value
        }


class StackDumper(yaml.SafeDumper):
    """A safe dumper that also quotes the texts which only Pulumi's reader takes for numbers."""


def load(text: str) -> Any:
    """The one document in this text. Raises yaml.YAMLError, KeyWrittenTwice for a key written twice."""
    loader = StackLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def dump(value: Any, *, flow: bool = False) -> str:
    """A document that Pulumi reads as this value; with `flow` on one line without an end, to stand in another one."""
    if not flow:
        return yaml.dump(value, Dumper=StackDumper, sort_keys=False)
    line = yaml.dump(value, Dumper=StackDumper, sort_keys=False, default_flow_style=True, width=float("inf"))
    return line.rstrip("\n")


def _twice(key: ScalarNode, first: Node) -> KeyWrittenTwice:
    return KeyWrittenTwice(
        problem=f"line {key.start_mark.line + 1}: the key {key.value!r} stands here again, first on line "
        f"{first.start_mark.line + 1}, so one of the two would be lost; give each a name of its own"
    )


def _as_key(key: object, node: Node) -> str:
    if isinstance(key, (dict, list)):
        raise ConstructorError(problem=f"line {node.start_mark.line + 1}: a key is no text; write one word")
    return str(key).lower() if isinstance(key, bool) else str(key)


def _int(_loader: StackLoader, node: ScalarNode) -> int:
    text = node.value.replace("_", "")
    try:
        # Go and yaml.v3 read 010 as YAML 1.1 did, in eights; Python refuses to guess.
        return int(text, 8) if re.fullmatch(r"[-+]?0[0-7]+", text) else int(text, 0)
    except ValueError:
        raise _not_so(node, "is no whole number; write one or quote a text") from None


def _float(_loader: StackLoader, node: ScalarNode) -> int | float | str:
    if "n" in node.value.lower():
        raise _not_so(
            node, "is no number in JSON, so the program could not be told; write a number or quote a text"
        )
    try:
        value = float(node.value.replace("_", ""))
    except ValueError:
        raise _not_so(node, "is no number; write one or quote a text") from None
    if isinf(value):
        return str(node.value)
    return int(value) if value.is_integer() else value


def _bool(_loader: StackLoader, node: ScalarNode) -> bool:
    word = str(node.value).lower()
    if word not in ("true", "false"):
        raise _not_so(node, "is not true or false; write one of them or quote a text")
    return word == "true"


def _not_so(node: ScalarNode, consequence: str) -> ConstructorError:
    shown = node.value if len(node.value) <= _LONGEST_SHOWN else f"{node.value[:_LONGEST_SHOWN]}…"
    return ConstructorError(problem=f"line {node.start_mark.line + 1}: {shown} {consequence}")


def _binary(loader: StackLoader, node: ScalarNode) -> str:
    return loader.construct_yaml_binary(node).decode(errors="replace")


def _time(_loader: StackLoader, node: ScalarNode) -> str:
    """The text Go prints for a time; what is no day of the calendar stays as it was written."""
    parts = _TIME.match(node.value)
    if parts is None:
        return str(node.value)
    day = "-".join((parts["year"], parts["month"].zfill(2), parts["day"].zfill(2)))
    clock = ":".join((parts[name] or "0").zfill(2) for name in ("hour", "minute", "second"))
    try:
        datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return str(node.value)
    zone = (parts["zone"] or "Z").replace(":", "")
    fraction = (parts["fraction"] or "").rstrip("0").rstrip(".")
    return f"{day} {clock}{fraction} {'+0000 UTC' if zone in _UTC else f'{zone} {zone}'}"


_UTC = ("Z", "+0000")
_RESOLVED: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("null", re.compile(r"(?:~|null|Null|NULL|)\Z"), "~nN\0"),
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    ("int", _INT, "-+0123456789"),
    ("float", _FLOAT, "-+0123456789."),
    ("timestamp", _TIME, "0123456789"),
    ("merge", re.compile(r"<<\Z"), "<"),
)
"""Tag, pattern, and the first characters for which it is tried, in yaml.v3's order."""
StackLoader.yaml_implicit_resolvers = {}  # none of YAML 1.1's own
for _tag, _pattern, _first in _RESOLVED:
    _firsts = ["" if character == "\0" else character for character in _first]
    StackLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _firsts)
_CONSTRUCTED: dict[str, Callable[[StackLoader, ScalarNode], object]] = {
    "bool": _bool, "int": _int, "float": _float, "timestamp": _time, "binary": _binary
}  # fmt: skip
for _tag, _construct in _CONSTRUCTED.items():
    StackLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _construct)
for _tag, _pattern, _first in _RESOLVED[2:4]:
    StackDumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, list(_first))
