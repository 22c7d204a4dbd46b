"""Which namespace a command looks in: the one said, the one of the kubeconfig's context, or all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import typer

from holdfast.cli.unconnected import Unconnected, forbidden
from holdfast.cluster.transport.errors import Refused
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, namespace_of

T = TypeVar("T")
EVERY = ""
_LABEL = re.compile(r"(?=.{1,63}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_NAME = re.compile(r"(?=.{1,63}\Z)[a-z0-9]([-a-z0-9.]*[a-z0-9])?", re.ASCII)
"""As api.bounds has them (Label, ReservationName), which takes too long to load for a quick command."""
SAY_WHICH = (
    "say which namespace is yours: -n NAMESPACE, once and for all with "
    "`kubectl config set-context --current --namespace=NAMESPACE`"
)


def own(kubeconfig: str | None, context: str | None) -> str:
    """The namespace of the kubeconfig's context; empty where it names none, or there is no kubeconfig."""
    try:
        return namespace_of(kubeconfig, context)
    except (NoKubeconfig, OSError):
        return ""


def said(text: str, namespace: str | None) -> tuple[str, str]:
    """Namespace and name of one object, said as NAME or NAMESPACE/NAME, with or without -n; the first may be empty.

    Raises BadParameter for what can be no name, and where -n says another namespace than stands before the name.
    """
    before, slash, name = text.rpartition("/")
    if not _NAME.fullmatch(name) or (slash and not _LABEL.fullmatch(before)):
        raise typer.BadParameter(
            f"{text!r} names no reservation, so nothing was asked: say NAME or NAMESPACE/NAME, each of small letters, "
            "digits and -, in NAME also dots, at most 63"
        )
    if before and namespace and before != namespace:
        raise typer.BadParameter(
            f"{text} is in namespace {before}, and -n says {namespace}: nothing was done; leave one of them out"
        )
    return before or namespace or "", name


def fit_name(text: str, option: str = "NAME") -> None:
    """Raises ValueError for what the server would take as no reservation's name."""
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{option} {text!r:.80} can be no reservation's name, so nothing was made: "
            "say small letters, digits, - and dots, at most 63, such as pretrain-v1.2"
        )


def fit_space(text: str, option: str = "--namespace") -> None:
    """The same of a namespace."""
    if not _LABEL.fullmatch(text):
        raise ValueError(
            f"{option} {text!r:.80} can be no namespace, so nothing was asked: "
            "say small letters, digits and -, at most 63"
        )


def named(text: str, namespace: str | None, own: str) -> tuple[str, str]:
    """The same; where no namespace is said that of the context. Raises Unconnected where that names none either."""
    space, name = said(text, namespace)
    if not (space or own):
        raise Unconnected(f"in which namespace is {name}? {SAY_WHICH}")
    return space or own, name


def looked_in(namespace: str | None, own: str, *, everywhere: bool, look: Callable[[str], T]) -> T:
    """What is seen in the namespace that is meant. Who may not look into all is asked for one: Unconnected."""
    if everywhere or namespace or own:
        return look(EVERY if everywhere else namespace or own)
    try:
        return look(EVERY)
    except Refused as refused:
        if not forbidden(refused):
            raise
        raise Unconnected(f"not all namespaces are yours to see: {SAY_WHICH}") from refused
