"""The objects of manifests: of a file, of a kustomization as `kubectl kustomize` prints them, or of a folder's files.

Of a kustomization only what our own folders use is understood: `resources` (files and folders) and `commonAnnotations`.
Anything else in one is refused, because leaving it out would install something other than what was written. A folder
without a kustomization is read as `kubectl apply -f` reads it: its own files, by name. Reads files and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from holdfast_infra.in_cluster.documents import Manifest, ManifestUnreadable, documents, objects

MANIFESTS = Path(__file__).parents[3] / "manifests"
"""They stand beside infra/, in the same project."""
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_SUFFIXES = (".json", ".yaml", ".yml")
_UNDERSTOOD = {"apiVersion", "kind", "resources", "commonAnnotations"}


def manifests(path: Path) -> tuple[Manifest, ...]:
    """Every object of a file or folder, one at least. Raises ManifestUnreadable."""
    found = tuple(_of_folder(path) if path.is_dir() else objects(path))
    if not found:
        raise ManifestUnreadable(
            f"{path} has no object, so nothing would be made of it; render it again, or leave it out"
        )
    return found


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
    if _kustomization(folder):
        yield from _kustomized(folder)
        return
    files = sorted(each for each in folder.iterdir() if each.suffix in _SUFFIXES and each.is_file())
    if not files:
        raise ManifestUnreadable(f"{folder} has no {_KUSTOMIZATIONS[0]} and no other YAML; correct the path")
    for path in files:
        yield from objects(path)


def _kustomization(folder: Path) -> Path | None:
    return next((folder / name for name in _KUSTOMIZATIONS if (folder / name).is_file()), None)


def _kustomized(folder: Path) -> Iterator[Manifest]:
    path = _kustomization(folder)
    if path is None:
        raise ManifestUnreadable(f"{folder} has no {_KUSTOMIZATIONS[0]}; write one that lists its files")
    resources, annotations = _understood(path)
    for name in resources:
        found = folder / name
        for document in _kustomized(found) if found.is_dir() else objects(found):
            yield _annotated(document, annotations) if annotations else document


def _understood(path: Path) -> tuple[list[str], Mapping[str, str]]:
    """The resources of a kustomization, and the annotations that all of them get."""
    found: list[Any] = [each for each in documents(path) if each is not None]
    if len(found) != 1 or not isinstance(found[0], dict):
        raise ManifestUnreadable(f"{path} is no kustomization; write one section with `resources`")
    foreign = sorted(map(str, found[0].keys() - _UNDERSTOOD))
    if foreign:
        raise ManifestUnreadable(
            f"{path} has {', '.join(foreign)}, which the program does not know; render it with `kubectl kustomize`"
        )
    resources, annotations = found[0].get("resources") or [], found[0].get("commonAnnotations") or {}
    if not isinstance(resources, list) or not isinstance(annotations, dict):
        raise ManifestUnreadable(f"{path}: write resources as a list and commonAnnotations as a section")
    return [str(each) for each in resources], annotations


def _annotated(document: Manifest, annotations: Mapping[str, str]) -> Manifest:
    metadata = document["metadata"]
    return {
        **document,
        "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}},
    }
