"""`make release` refuses what would be released untrue."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_lab.release import __main__ as release


def test_a_manual_that_is_older_than_the_commands_is_not_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(release, "PROJECT", tmp_path)
    assert release.main([str(tmp_path / "release")]) == 1
    assert "is not what the commands say: run make generate" in capsys.readouterr().err
    assert not (tmp_path / "release").exists()
