"""The file of a backup: read back as it was written, and refused where it is not."""

from __future__ import annotations

import json

import pytest

from holdfast.backup.document import Backup, NoBackup, backup_of_text, text_of_backup

BACKUP = Backup(
    at=1_800_000_000,
    hub="2b6a",
    revision="917",
    version="0.1.0",
    objects={"acceleratorpools": ({"metadata": {"name": "lake-mariner.tpu7x-a"}, "spec": {"units": {}}},)},
)
TEXT = text_of_backup(BACKUP)


def test_what_is_written_is_read_back() -> None:
    assert backup_of_text(TEXT) == BACKUP
    assert backup_of_text(json.dumps(json.loads(TEXT))) == BACKUP


def test_its_mark_names_its_instant_and_its_content() -> None:
    assert BACKUP.mark.startswith("2027-01-15T08:00:00Z ")
    other = backup_of_text(text_of_backup(Backup(BACKUP.at, "other", "917", "0.1.0", BACKUP.objects)))
    assert other.mark != BACKUP.mark


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "torn, or no JSON"),
        (TEXT[: len(TEXT) // 2], "torn, or no JSON"),
        ("[]", "its format is not"),
        (TEXT.replace("backup/v1", "backup/v7"), "its format is not"),
        (TEXT.replace("lake-mariner", "abernathy"), "not as it was written"),
        (TEXT.replace('"917"', '"918"'), "not as it was written"),
        ('{"format": "holdfast.dev/backup/v1", "sha256": "0"}', "not as it was written"),
    ],
)
def test_what_is_torn_altered_or_something_else_is_refused(text: str, why: str) -> None:
    with pytest.raises(NoBackup, match=why):
        backup_of_text(text)


def test_what_is_whole_and_lacks_a_part_is_refused() -> None:
    with pytest.raises(NoBackup, match="another version"):
        backup_of_text(
            '{"format": "holdfast.dev/backup/v1", "sha256": '
            '"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}'
        )
