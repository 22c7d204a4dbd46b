"""`holdfast --catalogue`: a file that cannot be taken is one line and exit status 2."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from tests.hardware.test_catalogue_extended import RUBIN

from holdfast.cli.catalogue_file import take
from holdfast.hardware.catalogue import ACCELERATORS, for_a_while


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (RUBIN.encode("utf-16"), "is no text in UTF-8 (invalid start byte); save it as UTF-8"),
        (b"[", "is no TOML"),
        (RUBIN.replace("= 8", '= "8"').encode(), "[rubin-nvl144] machines = "),
        (None, "No such file"),
    ],
)
def test_a_catalogue_is_taken_or_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes | None, sentence: str
) -> None:
    path = tmp_path / "more.toml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(typer.Exit) as left:
        take(path)
    assert left.value.exit_code == 2
    said = capsys.readouterr().err
    assert (said.count("\n"), sentence in said) == (1, True)
    path.write_text(RUBIN)
    with for_a_while():
        take(path)
        assert "rubin-nvl144" in ACCELERATORS
