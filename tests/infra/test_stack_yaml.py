"""A stack file means in the lab what it means to Pulumi; every value here was read by Pulumi's own loader first."""

from __future__ import annotations

import json

import pytest
import yaml
from yaml.constructor import ConstructorError

from holdfast_infra.stack_files.stack_yaml import KeyWrittenTwice, dump, load


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("True", True),
        ("FALSE", False),
        ("1:00:00", "1:00:00"),
        ("190:20:30.15", "190:20:30.15"),
        ("1.35.2-gke.1", "1.35.2-gke.1"),
        ("=", "="),
        ("1e", "1e"),
        ("0x_", "0x_"),
        ("1e999", "1e999"),
        ("0b__", "0b__"),
        ("-0o_", "-0o_"),
        ("Null", None),
        ("~", None),
        ("", None),
        ('"2026-01-01T00:00:00Z"', "2026-01-01T00:00:00Z"),
        ("!!str 123", "123"),
        ("!!binary aGVsbG8=", "hello"),
    ],
)
def test_a_word_is_read_as_pulumi_reads_it(written: str, read: object) -> None:
    assert load(f"a: {written}") == {"a": read}


@pytest.mark.parametrize(
    ("written", "json_text"),
    [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1_000.5", "1000.5"),
        ("+5", "5"),
        ("0123", "83"),
        ("08", "8"),
        ("0o17", "15"),
        ("-0x1F", "-31"),
        ("0b11", "3"),
        ("1_000", "1000"),
        ("0x_1F", "31"),
        ("!!int 7", "7"),
        ("!!float 7", "7"),
        ("!!bool TRUE", "true"),
    ],
)
def test_a_number_travels_as_pulumi_writes_it(written: str, json_text: str) -> None:
    assert json.dumps(load(written)) == json_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-01", "2026-01-01 00:00:00 +0000 UTC"),
        ("2026-1-2", "2026-01-02 00:00:00 +0000 UTC"),
        ("2026-01-01T00:00:00Z", "2026-01-01 00:00:00 +0000 UTC"),
        ("2026-01-01T00:00:00+01:00", "2026-01-01 00:00:00 +0100 +0100"),
        ("2026-01-01T00:00:00.250Z", "2026-01-01 00:00:00.25 +0000 UTC"),
        ("2026-01-01 10:00:00", "2026-01-01 10:00:00 +0000 UTC"),
        ("2026-02-31", "2026-02-31"),
    ],
)
def test_a_time_without_quotes_becomes_the_text_that_go_prints(written: str, read: str) -> None:
    assert load(written) == read


def test_keys_are_texts_and_each_its_own() -> None:
    assert load("{1: a, true: b, 010: c}") == {"1": "a", "true": "b", "8": "c"}


def test_a_key_written_twice_is_refused_with_both_lines() -> None:
    with pytest.raises(KeyWrittenTwice) as refused:
        load("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert refused.value.problem == (
        "line 4: the key 'b' stands here again, first on line 2, so one of the two would be lost; "
        "give each a name of its own"
    )
    assert load("a:\n  b: 1\nc:\n  b: 3\n") == {"a": {"b": 1}, "c": {"b": 3}}


@pytest.mark.parametrize("text", ["{a: 1, a: 2}", '{1: a, "1": b}', "- {a: 1, a: 1}", "config: 1\nconfig: 2"])
def test_wherever_a_key_stands_twice_it_is_refused(text: str) -> None:
    with pytest.raises(KeyWrittenTwice, match="stands here again"):
        load(text)


def test_a_merged_key_is_overwritten_not_written_twice() -> None:
    assert load("m: &m {a: 1, b: 2}\nn: {<<: *m, b: 3}\no: {<<: *m}")["n"] == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: !!int seven", "line 2: seven is no whole number; write one or quote a text"),
        ("a: !!int 0x_", "line 1: 0x_ is no whole number"),
        (f"a: {'9' * 5000}", f"line 1: {'9' * 60}… is no whole number"),
        ("a: !!float seven", "line 1: seven is no number in JSON"),
        ("a: !!float x", "line 1: x is no number; write one or quote a text"),
        ("a: !!bool yes", "line 1: yes is not true or false; write one of them or quote a text"),
    ],
)
def test_what_is_called_a_number_and_is_none_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ConstructorError) as refused:
        load(text)
    assert str(refused.value.problem).startswith(sentence)


@pytest.mark.parametrize("text", ["a: .inf", "a: .NaN", "{[a]: 1}", "a: !thing b", "a: [", "a: b: c"])
def test_what_pulumi_could_not_pass_on_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load(text)


@pytest.mark.parametrize(
    "text", ["1e3", "0o17", "1:00:00", "yes", "2026-01-01", "1.10", "08", "null", "<<", "1_0"]
)
def test_a_text_is_written_so_that_it_stays_a_text(text: str) -> None:
    assert load(dump({"a": text})) == {"a": text}
