"""The objects of one file of manifests, as kubectl reads it: YAML or JSON, many documents, lists of objects unfolded.

What kubectl would refuse is refused here, with the place where it stands: a stack that is half registered has begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Manifest = Mapping[str, Any]
_SECTIONS = ("annotations", "labels")
_TEXTS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")
"""What is an instant, or a lone `=`, in YAML 1.1 and a text to kubectl."""


class ManifestUnreadable(Exception):
    """Manifests that cannot be read whole; the message says where, and what to do."""


class _Loader(yaml.SafeLoader):
    """A safe loader of what kubectl takes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in _TEXTS]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def objects(path: Path) -> Iterator[Manifest]:
    """Every object of a file. Raises ManifestUnreadable."""
    for number, document in enumerate(documents(path), 1):
        if document is not None:
            yield from _objects(f"{path}, document {number}", document)


def documents(path: Path) -> list[Any]:
    """What stands in a file, document by document; None for an empty one. Raises ManifestUnreadable."""
    try:
        return list(yaml.load_all(path.read_text(encoding="utf-8"), _Loader))
    except OSError as error:
        raise ManifestUnreadable(f"{path} cannot be read ({error.strerror}); correct the path") from error
    except UnicodeDecodeError as error:
        raise ManifestUnreadable(f"{path} is no text in UTF-8 ({error.reason}); save it as UTF-8") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ManifestUnreadable(f"{path} is no YAML: {' '.join(str(error).split())}") from error


def _objects(where: str, document: Any) -> Iterator[Manifest]:
    found = document if isinstance(document, dict) else {}
    items = found.get("items")
    if str(found.get("kind")).endswith("List") and (items is None or isinstance(items, list)):
        for number, item in enumerate(items or (), 1):
            yield from _objects(f"{where}, item {number}", item)
    else:
        yield _object(where, found)


def _object(where: str, document: Manifest) -> Manifest:
    """A document that is an object; a section of its metadata that says nothing is left out."""
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    named = {"apiVersion": document.get("apiVersion"), "kind": document.get("kind")}
    for field, value in {**named, "metadata.name": metadata.get("name")}.items():
        if not (isinstance(value, str) and value):
            raise ManifestUnreadable(_no_object(where, field, metadata))
    if not isinstance(metadata.get("namespace", ""), str):
        raise ManifestUnreadable(f"{where}: metadata.namespace is no text; put it in quotes")
    for field in _SECTIONS:
        if not isinstance(metadata.get(field) or {}, dict):
            raise ManifestUnreadable(f"{where}: metadata.{field} is no section; write fields under it")
    kept = {field: value for field, value in metadata.items() if field not in _SECTIONS or value}
    return {**document, "metadata": kept}


def _no_object(where: str, field: str, metadata: Manifest) -> str:
    if field == "metadata.name" and "generateName" in metadata:
        return f"{where}: has generateName, so every run would make another one; write metadata.name instead"
    return (
        f"{where}: has no text {field}, so it is no object; an object has apiVersion, kind and metadata.name: "
        "render the file again, or take the document out"
    )
