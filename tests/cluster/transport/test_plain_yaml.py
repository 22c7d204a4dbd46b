"""A kubeconfig in kubectl's own form is read as the library reads it, and everything else is left to the library."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.cluster.transport.plain_yaml import read

WRITTEN = """\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:6443
  name: hub
contexts:
- context:
    cluster: hub
    namespace: mistral
    user: mila@hub
  name: hub
current-context: hub
kind: Config
preferences: {}
users:
- name: mila@hub
  user:
    tokenFile: hub.token
"""
WORDS = st.one_of(
    st.text("abehlnostuyLS0123456789:/.-_=+@#{}&*!|> '\"\n", max_size=12), st.booleans(), st.none(), st.integers(),
    st.sampled_from(["yes", "No", "null", "~", "1e3", "0x1f", "2027-01-04", "a: b", "a #b", "https://a:1", "", "{}"]),
)  # fmt: skip
KEYS = st.sampled_from(["server", "name", "cluster", "user", "on", "tokenFile", "current-context"])
DOCUMENTS = st.recursive(
    st.dictionaries(KEYS, WORDS, max_size=4),
    lambda inner: st.dictionaries(KEYS, st.one_of(WORDS, inner, st.lists(inner, max_size=3)), max_size=4),
    max_leaves=8,
)


def test_what_kubectl_writes_is_read() -> None:
    assert read(WRITTEN) == yaml.safe_load(WRITTEN)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_whatever_is_read_is_what_the_library_reads(document: Any) -> None:
    text = yaml.safe_dump(document, sort_keys=False)
    assert read(text) in (None, yaml.safe_load(text))


@settings(deadline=None)
@given(st.text("ab:- \n#'\"{}[]|>&*?!%@01\t\r", max_size=40))
def test_of_any_text_nothing_is_read_that_the_library_reads_otherwise(text: str) -> None:
    found = read(text)
    assert found is None or found == yaml.safe_load(text)


@pytest.mark.parametrize(
    "line",
    ["server: 127.0.0.1", "server: |", "server: 'a'", "server: a b", "server: yes", "server: &a b", "server:\ta",
     "# a", "server: a\nserver: b", "server:", "- a", "server: [a]", "? a", "---", "server: a: b", "server: a:"],
)  # fmt: skip
def test_what_may_mean_something_else_is_left_to_the_library(line: str) -> None:
    assert read(f"{line}\n") is None
