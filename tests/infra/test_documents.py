"""The objects of a file of manifests: what kubectl takes is taken, all else is said with the place where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from holdfast_infra.in_cluster.documents import ManifestUnreadable, objects

PLAIN = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}"
OBJECT = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}}
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\n"


def read(folder: Path, text: str | bytes, name: str = "a.yaml") -> list[object]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(objects(path))


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"---\n---\n# a chart's comment\n---\n{PLAIN}\n---\n",
        HEAD + "  annotations:\n  labels:\n",
        HEAD + "  annotations: {}\n",
        f"apiVersion: v1\nkind: List\nmetadata: {{resourceVersion: ''}}\nitems: [{PLAIN}]",
        f"{{apiVersion: v1, items: [{{kind: ConfigMapList, items: [{PLAIN}]}}], kind: List}}",
        f"{{kind: List, apiVersion: v1, items: null}}\n---\n{PLAIN}",
        '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}}',
    ],
)
def test_what_kubectl_takes_is_read_as_the_objects_that_it_makes(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [OBJECT]


def test_a_file_without_a_suffix_is_a_file_and_one_without_objects_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, PLAIN, "config") == [OBJECT]
    assert read(tmp_path, "# nothing was rendered\n") == []


def test_a_date_and_a_lone_sign_are_texts_as_they_are_to_kubectl(tmp_path: Path) -> None:
    (found,) = read(tmp_path, HEAD + "  annotations: {built: 2026-01-01, operator: =}\ndata: {on: yes}")
    assert isinstance(found, dict)
    assert found["metadata"]["annotations"] == {"built": "2026-01-01", "operator": "="}
    assert found["data"] == yaml.safe_load("{on: yes}")


JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}"
WRONG = [
    ("Error: values missing", "a.yaml, document 1: has no text apiVersion, so it is no object", PLAIN),
    ("helm: not found\n---\n" + PLAIN, "a.yaml, document 1: has no text apiVersion", "---\n" + PLAIN),
    (f"{PLAIN}\n---\nError", "a.yaml, document 2: has no text apiVersion", f"{PLAIN}\n---\n"),
    ("[]", "document 1: has no text apiVersion", PLAIN),
    ("{apiVersion: v1, kind: A}", "document 1: has no text metadata.name", PLAIN),
    ("{apiVersion: v1, kind: A, metadata: []}", "has no text metadata.name", PLAIN),
    ("{apiVersion: v1, kind: A, metadata: {name: 7}}", "has no text metadata.name", PLAIN),
    (JOB, "has generateName, so every run would make another one; write metadata.name", f"{JOB[:-1]}, name: a}}"),
    (f"{{kind: List, items: [{PLAIN}, 7]}}", "document 1, item 2: has no text apiVersion",
     f"{{kind: List, items: [{PLAIN}]}}"),
    (HEAD + "  annotations: [a]", "metadata.annotations is no section; write fields", HEAD + "  annotations: {a: b}"),
    (HEAD.replace("b\n", "7\n"), "metadata.namespace is no text; put it in quotes", HEAD.replace("b\n", "'7'\n")),
    ("a: [1", "a.yaml is no YAML: while parsing", PLAIN),
    ("a: 0x_", "a.yaml is no YAML", PLAIN),
    (PLAIN.encode("utf-16"), "is no text in UTF-8 (invalid start byte); save it as UTF-8", PLAIN.encode("utf-8-sig")),
]  # fmt: skip
"""What is no manifest, the sentence that says why, and the same once it is one."""


@pytest.mark.parametrize(("wrong", "sentence", "right"), WRONG, ids=[row[1] for row in WRONG])
def test_what_is_no_object_is_said_with_its_place(
    tmp_path: Path, wrong: str | bytes, sentence: str, right: str | bytes
) -> None:
    with pytest.raises(ManifestUnreadable) as refused:
        read(tmp_path, wrong)
    assert sentence in str(refused.value)
    assert read(tmp_path, right)
