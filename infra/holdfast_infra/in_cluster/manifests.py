"""The objects of a folder of manifests, as `kubectl kustomize` would print them; reads files and nothing else.

Only what our own folders use is understood: `resources` (files and folders) and `commonAnnotations`. Anything else in a
kustomization is refused, because leaving it out would install something other than what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

MANIFESTS = Path(__file__).parents[3] / "manifests"
"""They stand beside infra/, in the same project."""
Manifest = Mapping[str, Any]
KUSTOMIZATION = "kustomization.yaml"
_UNDERSTOOD = {"apiVersion", "kind", "resources", "commonAnnotations"}


class ManifestUnreadable(Exception):
    """A folder of manifests that cannot be read whole."""


def manifests(path: Path) -> tuple[Manifest, ...]:
    """Every object of a file, or below a kustomization in the order of its resources. Raises ManifestUnreadable."""
    return tuple(_of_folder(path) if path.is_dir() or not path.suffix else _documents(path))


def with_image(document: Manifest, image: str) -> Manifest:
    """A workload whose containers all run this image."""
    return _with_containers(document, lambda one: {**one, "image": image})


def with_argument(document: Manifest, option: str, value: str) -> Manifest:
    """A workload whose containers are given another value for an option of theirs."""

    def told(container: Manifest) -> Manifest:
        args = list(container["args"])
        args[args.index(option) + 1] = value
        return {**container, "args": args}

    return _with_containers(document, told)


def not_awaited(document: Manifest) -> Manifest:
    """An object for which the stack does not wait: it runs once a Secret is there that is made after the stack."""
    metadata = document["metadata"]
    annotations = {**metadata.get("annotations", {}), "pulumi.com/skipAwait": "true"}
    return {**document, "metadata": {**metadata, "annotations": annotations}}


def _with_containers(document: Manifest, change: Callable[[Manifest], Manifest]) -> Manifest:
    template = document["spec"]["template"]
    containers = [change(each) for each in template["spec"]["containers"]]
    pods = {**template, "spec": {**template["spec"], "containers": containers}}
    return {**document, "spec": {**document["spec"], "template": pods}}


def _of_folder(folder: Path) -> Iterator[Manifest]:
    path = folder / KUSTOMIZATION
    (kustomization,) = _documents(path)
    foreign = sorted(kustomization.keys() - _UNDERSTOOD)
    if foreign:
        raise ManifestUnreadable(
            f"{path} has {', '.join(foreign)}, which the program does not know: take it out"
        )
    annotations = kustomization.get("commonAnnotations", {})
    for name in kustomization.get("resources", ()):
        found = folder / name
        for document in _of_folder(found) if found.is_dir() else _documents(found):
            yield _annotated(document, annotations) if annotations else document


def _documents(path: Path) -> list[Manifest]:
    try:
        return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]
    except OSError as error:
        raise ManifestUnreadable(
            f"{path} cannot be read ({error.strerror}): the manifests stand beside infra/"
        ) from error
    except yaml.YAMLError as error:
        raise ManifestUnreadable(f"{path} is no YAML: {' '.join(str(error).split())}") from error


def _annotated(document: Manifest, annotations: Mapping[str, str]) -> Manifest:
    metadata = document["metadata"]
    return {
        **document,
        "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}},
    }
