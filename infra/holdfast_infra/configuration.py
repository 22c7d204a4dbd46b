"""A stack's whole configuration, judged: by the program before it touches anything, and at a terminal with no engine.

    holdfast:datacenter    one datacenter, named like the stack
    holdfast:hub           the hub's own stack instead, and nothing of a datacenter beside it
    holdfast:hubKubeconfig, hubContext, catalogue    beside either: the way to the hub, accelerators of another file

Everything wrong in it is said at once. Values are as Pulumi hands them on: texts, and what JSON can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from holdfast.hardware.catalogue import extend
from holdfast.hardware.errors import CatalogueRefused
from holdfast_infra.declaration import Datacenter, DeclarationError, Mistake, parse
from holdfast_infra.declaration.hub import HUB, HubPlan, parse_hub
from holdfast_infra.declaration.mistakes import shown
from holdfast_infra.declaration.parts import BLOCK, WHOLE, is_named

DATACENTER, CATALOGUE = "holdfast:datacenter", "holdfast:catalogue"
HUB_FIELDS = ("holdfast:hubKubeconfig", "holdfast:hubContext")
Configuration = Mapping[str, object]


def judged_hub(config: Configuration) -> HubPlan | None:
    """What a hub's stack declares; None for a datacenter's. Raises DeclarationError with every mistake."""
    given = config.get(HUB)
    if given is None:
        return None
    mistakes = _hub_mistakes(config)
    if config.get(DATACENTER) is not None:
        consequence = "stands beside holdfast:datacenter, so two lives would hang on one stack"
        mistakes.append(Mistake(HUB, "", consequence, "give the hub a stack of its own"))
    try:
        plan = parse_hub(given)
    except DeclarationError as error:
        raise DeclarationError([*error.mistakes, *mistakes], HUB) from None
    if mistakes:
        raise DeclarationError(mistakes, HUB)
    return plan


def judged_datacenter(config: Configuration, stack: str, project: Path) -> Datacenter:
    """What a datacenter's stack declares. Raises DeclarationError with every mistake.

    stack: its name; empty where nobody can say it.
    project: the folder in which relative paths begin.
    """
    mistakes = beside(config, project)
    return _parsed(config, [*mistakes, *_name_mistakes(config.get(DATACENTER), stack)])


def declared_datacenter(config: Configuration, project: Path) -> Datacenter:
    """The same for whoever knows the hub and the stack from elsewhere: they are not judged."""
    return _parsed(config, _catalogue_mistakes(config, project))


def beside(config: Configuration, project: Path) -> list[Mistake]:
    """What is wrong beside the declaration; from here on the accelerators of the stack's own catalogue are known."""
    return [*_catalogue_mistakes(config, project), *_hub_mistakes(config)]


def _parsed(config: Configuration, mistakes: list[Mistake]) -> Datacenter:
    try:
        datacenter = parse(config.get(DATACENTER))
    except DeclarationError as error:
        raise DeclarationError([*error.mistakes, *mistakes]) from None
    if mistakes:
        raise DeclarationError(mistakes)
    return datacenter


def _catalogue_mistakes(config: Configuration, project: Path) -> list[Mistake]:
    given = config.get(CATALOGUE)
    if not given:
        return []
    try:
        extend((project / Path(str(given)).expanduser()).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        wrong = f"is no text in UTF-8 ({error.reason})"
    except OSError as error:
        wrong = f"cannot be read ({error.strerror}), so its accelerators are unknown"
    except (CatalogueRefused, ValueError, RuntimeError) as error:  # a path, too, can be none
        wrong = str(error)
    else:
        return []
    return [Mistake(CATALOGUE, shown(given), wrong, "correct it, or leave it out")]


def _hub_mistakes(config: Configuration) -> list[Mistake]:
    return [
        Mistake(
            name,
            "",
            "is missing, so the hub could neither be told nor asked",
            f"write it into the stack file, or `pulumi config set {name} ...`",
        )
        for name in HUB_FIELDS
        if not config.get(name)
    ]


def _name_mistakes(given: object, stack: str) -> list[Mistake]:
    name = given.get("name") if isinstance(given, dict) else None
    part = given.get("part", WHOLE) if isinstance(given, dict) else WHOLE
    if not stack or not isinstance(name, str) or is_named(stack, name, part):
        return []
    wanted = f"{name}-BLOCK" if part == BLOCK else name
    return [
        Mistake(
            "name",
            shown(name),
            f"is not the stack's name ({stack}), so this stack's hardware would be replaced by another datacenter's",
            f"select stack {wanted}; if this one was renamed, name it back: `pulumi stack rename {wanted}`",
        )
    ]
