"""What a record keeps beside its values: nothing. A hub holds a million of them."""

from __future__ import annotations

import sys

from holdfast.api.kind import ObjectMeta


def test_records_of_a_class_hold_the_names_of_their_fields_once() -> None:
    one = ObjectMeta(name="a", namespace="b")
    apart = dict(vars(one).items())
    assert vars(one) == apart
    assert list(vars(one)) == list(ObjectMeta.model_fields)
    assert sys.getsizeof(vars(one)) < sys.getsizeof(apart) * 2 / 3


def test_which_fields_were_given_is_not_kept() -> None:
    one, two = ObjectMeta(name="a", namespace="b"), ObjectMeta(name="a")
    assert one.__pydantic_fields_set__ is two.__pydantic_fields_set__


def test_documents_without_labels_have_none_together() -> None:
    assert ObjectMeta(name="a").labels is ObjectMeta(name="b").labels
