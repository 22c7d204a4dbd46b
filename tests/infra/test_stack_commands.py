"""`holdfast stacks`: judged and divided at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.infra.test_declaration_stacks import HUB, STACKS
from typer.testing import CliRunner, Result

from holdfast_infra.commands.cli import stacks
from holdfast_infra.stack_files.on_disk import check

WANTED, REFUSE = STACKS / "wanted", STACKS / "refuse"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(stacks, [str(each) for each in arguments])


def test_what_is_sound_is_accepted_with_its_warnings() -> None:
    answer = run("check", WANTED / "Pulumi.l4-london.yaml", WANTED / "Pulumi.a100-nl.yaml")
    assert answer.exit_code == 0
    assert "Pulumi.l4-london.yaml: accepted (l4-london.l4-a 32 units)" in answer.output
    assert "warning: pools.l4-a.capacity = 'spot': may be taken back" in answer.output


def test_the_hubs_stack_is_judged_beside_the_others(tmp_path: Path) -> None:
    answer = run("check", HUB, WANTED / "Pulumi.a100-nl.yaml")
    assert answer.exit_code == 0
    assert "Pulumi.hub.yaml: accepted (the hub)" in answer.output
    wrong = tmp_path / "Pulumi.hub.yaml"
    wrong.write_text("config: {'holdfast:hub': {operator: {image: holdfast}}}")
    answer = run("check", wrong)
    assert answer.exit_code == 1
    assert "operator.image = 'holdfast': names no version" in answer.output


def test_one_bad_file_among_good_ones_is_exit_code_1_and_hides_no_other() -> None:
    answer = run("check", REFUSE / "b17-a-text.yaml", WANTED / "Pulumi.a100-nl.yaml")
    assert answer.exit_code == 1
    assert "holdfast:datacenter = 'lake-mariner': is no section" in answer.output
    assert "Pulumi.a100-nl.yaml: accepted" in answer.output


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("config: {a: 1, a: 2}", "the key 'a' stands here again"),
        ("[]", "has no section `config`"),
        ("config: []", "has no section `config`"),
        ("", "has no section `config`"),
        ("config: {", "is no YAML that Pulumi reads"),
        ("a: 1\n---\nb: 2", "is no YAML that Pulumi reads"),
        ("config: {}", "holdfast:datacenter = None: is no section"),
    ],
)
def test_a_file_that_declares_nothing_says_why(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "stack.yaml").write_text(text)
    answer = run("check", tmp_path / "stack.yaml")
    assert (answer.exit_code, sentence in answer.output) == (1, True)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    answer = run("check", tmp_path / "nowhere.yaml")
    assert (answer.exit_code, "cannot be read (No such file" in answer.output) == (1, True)


def test_a_plan_is_listed_and_written_as_stacks_that_are_sound(tmp_path: Path) -> None:
    answer = run("plan", WANTED / "Pulumi.ironwood-c.yaml", "--out", tmp_path / "stacks")
    assert answer.exit_code == 0
    assert "quotas: 1 cluster, 288 node pools, 4,608 nodes; 18,432 chips tpu7x" in answer.output
    written = sorted((tmp_path / "stacks").iterdir())
    assert [path.name for path in written] == [
        "Pulumi.ironwood-c-blk-a.yaml", "Pulumi.ironwood-c-blk-b.yaml", "Pulumi.ironwood-c.yaml"
    ]  # fmt: skip
    assert {check(path).site.name for path in written} == {"ironwood-c"}
    again = run("check", *written)
    assert (again.exit_code, "together:" in again.output, again.output.count("warning:")) == (0, False, 1)
    assert "Pulumi.ironwood-c.yaml: accepted (shared by ironwood-c.blk-a, ironwood-c.blk-b)" in again.output


def test_a_plan_with_a_mistake_writes_nothing(tmp_path: Path) -> None:
    answer = run("plan", REFUSE / "b01-everything.yaml", "--out", tmp_path / "stacks")
    assert answer.exit_code == 1
    assert not (tmp_path / "stacks").exists()
