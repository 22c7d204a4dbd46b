"""Mutants are planted in a small product: who is killed, who survives, and what is no proof of anything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.mutants.mutant import Mutant
from tests.mutants.run import not_green, write_figures
from tests.mutants.table import document, told
from tests.mutants.verdict import Fate, Verdict, judged, tried
from tests.mutants.workshop import Run, Workshop

PRODUCT = {
    "operators/holdfast/__init__.py": "",
    "operators/holdfast/door.py": "def leaves() -> int:\n    return 2\n\n\ndef wide() -> int:\n    return 3\n",
    "infra/holdfast_infra/__init__.py": "",
    "manifests/read.yaml": "",
    "tests/test_door.py": "from holdfast.door import leaves\n\n\ndef test_a_door_has_two_leaves():\n"
    "    assert leaves() == 2\n",
    "tests/test_elsewhere.py": "import sys\n\n\ndef test_nothing():\n    assert 'holdfast.door' not in sys.modules\n",
    "tests/test_red.py": "def test_it_is_red():\n    raise AssertionError\n",
}
DOOR = Mutant(
    "A door has three leaves", "operators/holdfast/door.py", "return 2", "return 3", ("tests/test_door.py",)
)
TRIALS = (
    ("a bug that a killer sees is killed", DOOR, Fate.KILLED, "tests/test_door.py::test_a_door_has_two_leaves"),
    ("one that none sees survives", replace(DOOR, old="return 3", new="return 4"), Fate.SURVIVED, "none of"),
    ("a text that is not there", replace(DOOR, old="return 5"), Fate.STALE, "no longer applies"),
    ("what cannot be parsed", replace(DOOR, new="return ("), Fate.INVALID, "no working program"),
    ("what names nothing", replace(DOOR, new="return tow"), Fate.INVALID, "Undefined name"),
    ("what cannot be imported", replace(DOOR, new="return 2\n\n\nimport shed"), Fate.INVALID, "cannot be collected"),
    ("killers that never import it", replace(DOOR, killers=("tests/test_elsewhere.py",)), Fate.INVALID, "never import"),
    ("killers that are not there", replace(DOOR, killers=("tests/test_gate.py",)), Fate.INVALID, "not found"),
)  # fmt: skip


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    root = tmp_path_factory.mktemp("product")
    for name, text in PRODUCT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Workshop(tmp_path_factory.mktemp("workshop"), root)


@pytest.mark.parametrize(("name", "mutant", "fate", "by"), TRIALS, ids=[row[0] for row in TRIALS])
def test_a_trial_ends(workshop: Workshop, name: str, mutant: Mutant, fate: Fate, by: str) -> None:
    verdict = tried(workshop, mutant, "place")
    assert (verdict.fate, by in verdict.by) == (fate, True), verdict.by


def test_an_installed_package_never_wins_over_the_copy(workshop: Workshop) -> None:
    run = workshop.test(workshop.pristine, ["tests/test_door.py"], 60)
    assert run.seen is not None
    assert run.seen["loaded"] == ["holdfast", "holdfast.door", "holdfast_infra"]
    elsewhere = workshop.test(workshop.pristine.parent / "empty", ["tests/test_door.py"], 60)
    assert elsewhere.seen is None
    assert "which is not the copy" in elsewhere.words


@pytest.mark.parametrize(
    ("hangs", "fate"), [(True, Fate.KILLED), (False, Fate.INVALID)], ids=["meant to hang", "not meant to"]
)
def test_the_time_limit_kills_only_what_is_marked_so(hangs: bool, fate: Fate) -> None:
    assert (
        judged(replace(DOOR, hangs=hangs), Run(9.0, None, "not done after 9 s", timed_out=True)).fate is fate
    )


def test_an_error_that_is_no_behaviour_proves_nothing() -> None:
    seen = {
        "failures": [{"test": "t", "error": "ImportError"}],
        "uncollected": [],
        "ran": ["t"],
        "loaded": [],
    }
    assert judged(DOOR, Run(1.0, seen, "")).fate is Fate.INVALID


def test_killers_must_be_green_before_anything_is_planted(workshop: Workshop) -> None:
    assert not_green(workshop, [DOOR]) == ""
    assert "test_it_is_red" in not_green(workshop, [DOOR, replace(DOOR, killers=("tests/test_red.py",))])


def test_the_figures_of_others_stay_beside_these(tmp_path: Path) -> None:
    path = tmp_path / "build" / "simulation.json"
    verdicts = [Verdict(DOOR, Fate.KILLED, "a"), Verdict(DOOR, Fate.SURVIVED, "b")]
    write_figures(verdicts[:1], path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "lifetimes": 10_000}))
    write_figures(verdicts, path)
    assert json.loads(path.read_text()) == {"lifetimes": 10_000, "mutants": {"total": 2, "killed": 1}}


def test_the_table_says_who_notices_what_and_what_is_left() -> None:
    killed = Verdict(DOOR, Fate.KILLED, "tests/hub/test_door.py::test_a_door_has_two_leaves[wide]", 1.5)
    alive = Verdict(replace(DOOR, name="A door is open"), Fate.SURVIVED, "3 tests passed")
    words = told([killed, alive], 9.0)
    assert "hub/test_door.py: a door has two leaves" in words
    assert words.endswith(
        "SURVIVED: A door is open (operators/holdfast/door.py)\n    3 tests passed\n"
        "1 of 2 mutants killed in 9 s"
    )
    assert (
        "| A door has three leaves | `holdfast/door.py` | hub/test_door.py: a door has two leaves |"
        in document([killed])
    )
