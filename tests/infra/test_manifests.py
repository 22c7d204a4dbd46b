"""Manifests are read whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_infra.in_cluster.manifests import ManifestUnreadable, manifests


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "cannot be read"),
        ({"kustomization.yaml": "resources: [a.yaml]"}, r"a.yaml cannot be read"),
        (
            {"kustomization.yaml": "{resources: [], namePrefix: x-}"},
            "has namePrefix, which the program does not know",
        ),
        ({"kustomization.yaml": "resources: [a.yaml]", "a.yaml": "a: [1"}, "is no YAML"),
    ],
)
def test_manifests_that_cannot_be_read_whole_are_not_read_in_part(
    tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ManifestUnreadable, match=sentence):
        manifests(tmp_path)
