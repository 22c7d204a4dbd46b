"""docs/reference/kinds.md: every field of every kind, from the definitions that a cluster installs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from holdfast.api.crd import definition_of
from holdfast.api.kind import Kind

HEAD = """\
# Kinds

Every kind of `holdfast.dev/v1alpha1` and every field of it, as `kubectl explain` says it. A field in bold must be
given. What the API server itself refuses stands below each kind, in the words of the refusal.
"""
ENVELOPE = ("apiVersion", "kind", "metadata")
RULES = "x-kubernetes-validations"


def page(headline: str, kinds: Iterable[type[Kind]]) -> str:
    """The whole page."""
    return f"<!-- {headline} -->\n{HEAD}" + "".join(f"\n{_section(kind)}" for kind in kinds)


def _section(kind: type[Kind]) -> str:
    spec = definition_of(kind)["spec"]
    names, version = spec["names"], spec["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]
    short = ", ".join(f"`{name}`" for name in names.get("shortNames", ()))
    where = "of a namespace" if spec["scope"] == "Namespaced" else "of the cluster"
    lines = [
        f"## {names['kind']}",
        _cell(schema.get("description", "")) + f" An object {where}; `{names['plural']}`"
        f"{', ' + short if short else ''}.",
        "",
        "| field | type | what it means |",
        "|---|---|---|",
        *_rows("", schema),
    ]
    refused = sorted(set(_refusals(schema)))
    told = ["", "Refused:", *(f"- {_cell(one)}" for one in refused)] if refused else []
    return "\n".join((*lines, *told)) + "\n"


def _rows(path: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """A row a field, and those below it."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        if not path and name in ENVELOPE:
            continue
        where = f"{path}.{name}".lstrip(".")
        shown = f"**`{where}`**" if name in required else f"`{where}`"
        yield f"| {shown} | {_type(field)} | {_cell(field.get('description', ''))} |"
        yield from _rows(*_below(where, field))


def _below(path: str, field: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Where the fields below a field are described: in itself, in what a list or a map is of."""
    if field.get("type") == "array":
        return f"{path}[]", field["items"]
    values = field.get("additionalProperties")
    return (f"{path}.*", values) if isinstance(values, dict) else (path, field)


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "one of " + ", ".join(f"`{one}`" for one in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"map to {_type(field['additionalProperties'])}"
    return str(field.get("format") or field.get("type", "any"))


def _refusals(schema: Mapping[str, Any]) -> Iterator[str]:
    """The messages of all rules, wherever they stand."""
    for rule in schema.get(RULES, ()):
        yield from re.findall(r"[?:] '([^']+)'(?= :|$)", rule.get("messageExpression", "")) or (
            rule["message"],
        )
    for below in (
        *schema.get("properties", {}).values(),
        schema.get("items"),
        schema.get("additionalProperties"),
    ):
        if isinstance(below, dict):
            yield from _refusals(below)


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
