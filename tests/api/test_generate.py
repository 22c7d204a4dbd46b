"""What is generated is what is checked in, and the generator notices when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from holdfast.api import generate
from holdfast.api.crd import definition_of
from holdfast.api.kinds import KINDS, SITE_KINDS
from holdfast.api.yaml_text import text_of

ROOT = Path(__file__).parents[2]


def test_manifests_and_reasons_are_what_the_records_say() -> None:
    assert generate.GENERATOR.stale(ROOT) == []


@pytest.mark.parametrize("kind", [*KINDS, *SITE_KINDS], ids=lambda kind: kind.__name__)
def test_the_text_of_a_definition_reads_back_as_the_definition(kind: type) -> None:
    assert yaml.safe_load(text_of(definition_of(kind), "headline")) == definition_of(kind)


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "yes",
        "null",
        "None",
        "1.10",
        "2027-01-04",
        "a: b",
        "# no",
        "",
        " x",
        "@x",
        "é",
        7,
        True,
        None,
        [],
        {},
    ],
)
def test_a_scalar_reads_back_as_itself(value: object) -> None:
    nested = {"key": value, "list": [value, {"deep": value, "deeper": [value, [value]]}]}
    assert yaml.safe_load(text_of(nested, "headline")) == nested


def test_check_names_what_differs_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert generate.GENERATOR.main([]) == 0
    assert generate.GENERATOR.main(["--check"]) == 0
    (tmp_path / "docs/reasons.md").write_text("by hand")
    stray = tmp_path / generate.CRDS / "parks.holdfast.dev.yaml"
    stray.write_text("left behind")
    assert generate.GENERATOR.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "docs/reasons.md" in said
    assert stray.name in said
    assert (tmp_path / "docs/reasons.md").read_text() == "by hand"
