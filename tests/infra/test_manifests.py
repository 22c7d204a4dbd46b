"""Manifests are read whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_infra.in_cluster.documents import ManifestUnreadable
from holdfast_infra.in_cluster.manifests import manifests

Files = dict[str, str]
A, B = (f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, annotations: }}}}" for name in "ab")
LISTED = "resources: [a.yaml]"


def written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def names(path: Path) -> list[str]:
    return [str(each["metadata"]["name"]) for each in manifests(path)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"kustomization.yaml": "resources: [b.yaml, a.yaml]", "a.yaml": A, "b.yaml": B, "c.yaml": B}, ["b", "a"]),
        ({"Kustomization": LISTED, "a.yaml": A}, ["a"]),
        ({"kustomization.yml": "{resources: [b], commonAnnotations: }", "b/kustomization.yaml": "resources: [x]",
          "b/x": B}, ["b"]),
        ({"2.yaml": A, "1.yml": B, "notes.md": "text", "below/c.yaml": "text"}, ["b", "a"]),
        ({"1.json": '{"apiVersion": "v1", "kind": "A", "metadata": {"name": "j"}}'}, ["j"]),
    ],
    ids=["a kustomization's order", "kustomize's other name", "below another", "a folder's files", "JSON"],
)  # fmt: skip
def test_a_folder_is_its_kustomization_or_else_its_own_files_by_name(
    tmp_path: Path, files: Files, found: list[str]
) -> None:
    assert names(written(tmp_path, files)) == found


WRONG: list[tuple[Files, str, Files]] = [
    ({}, "has no kustomization.yaml and no other YAML; correct the path", {"a.yaml": A}),
    ({"a.yaml": "---\n"}, "has no object, so nothing would be made of it; render it again", {"a.yaml": A}),
    ({"kustomization.yaml": LISTED}, "a.yaml cannot be read (No such file or directory); correct", {"a.yaml": A}),
    ({"kustomization.yaml": "{resources: [a.yaml], namePrefix: x-}", "a.yaml": A},
     "has namePrefix, which the program does not know; render it", {"kustomization.yaml": LISTED}),
    ({"kustomization.yaml": LISTED, "a.yaml": "a: [1"}, "is no YAML", {"a.yaml": A}),
    ({"kustomization.yaml": "", "a.yaml": A}, "is no kustomization; write one", {"kustomization.yaml": LISTED}),
    ({"kustomization.yaml": "resources: a.yaml", "a.yaml": A}, "write resources as a list",
     {"kustomization.yaml": LISTED}),
    ({"kustomization.yaml": "resources: [b]", "b/a.yaml": A}, "b has no kustomization.yaml; write one",
     {"b/kustomization.yaml": LISTED}),
]  # fmt: skip
"""Files that are not read, the sentence that says why, and what makes them readable."""


@pytest.mark.parametrize(("files", "sentence", "mended"), WRONG, ids=[row[1] for row in WRONG])
def test_manifests_that_cannot_be_read_whole_are_not_read_in_part(
    tmp_path: Path, files: Files, sentence: str, mended: Files
) -> None:
    with pytest.raises(ManifestUnreadable) as refused:
        manifests(written(tmp_path, files))
    assert sentence in str(refused.value)
    assert names(written(tmp_path, mended)) == ["a"]
