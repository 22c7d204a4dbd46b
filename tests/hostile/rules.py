"""Every rule of every admission policy of hub and site, and a way to switch one off."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from tests.documents import Document
from tests.hostile.attack import Attack
from tests.hostile.world import World, done

from holdfast_lab.installation import MANIFESTS

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
PLACES = {"hub": ("hub",), "site": ("site",), "shared": ("hub", "site")}


@dataclass(frozen=True, slots=True)
class Rule:
    """One validation of one policy, where it is installed."""

    place: str
    policy: str
    number: int
    words: str
    """Its message, or the expression that makes it."""

    def refuses(self, attack: Attack) -> bool:
        """Whether it is the rule that an attack runs into."""
        return (attack.place, attack.guard) == (self.place, self.policy) and attack.reason in self.words


def rules() -> Iterator[Rule]:
    """All of them, as the manifests have them, policy by policy."""
    for folder, places in PLACES.items():
        for found in documents(folder):
            if found["kind"] == "ValidatingAdmissionPolicy":
                yield from _of(found, places)


def documents(folder: str) -> Iterator[Document]:
    """The policies of a folder and their bindings."""
    for file in sorted((MANIFESTS / folder / "policies").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text())


def _of(policy: Document, places: tuple[str, ...]) -> Iterator[Rule]:
    for place in places:
        for number, validation in enumerate(policy["spec"]["validations"]):
            words = validation.get("message") or validation["messageExpression"]
            yield Rule(place, policy["metadata"]["name"], number, words.replace("\\'", "'"))


class Switches:
    """Policies with some of their rules off; one policy at a time is not as it was installed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._installed: dict[tuple[str, str], dict[str, Any]] = {}
        self._changed: set[tuple[str, str]] = set()

    def off(self, *switched: Rule) -> None:
        """These rules let everything through; all others of all policies are on."""
        wanted = {(rule.place, rule.policy) for rule in switched}
        for key in self._changed - wanted:
            self._write(key, self._spec(key))
        for key in wanted:
            spec = copy.deepcopy(self._spec(key))
            for rule in switched:
                if (rule.place, rule.policy) == key:
                    spec["validations"][rule.number]["expression"] = "true"
            self._write(key, spec)
        self._changed = wanted

    def _spec(self, key: tuple[str, str]) -> dict[str, Any]:
        if key not in self._installed:
            self._installed[key] = done(self._world.at(key[0]).call("GET", f"{POLICIES}/{key[1]}"))["spec"]
        return self._installed[key]

    def _write(self, key: tuple[str, str], spec: dict[str, Any]) -> None:
        change = {"spec": {"validations": spec["validations"]}}
        done(self._world.at(key[0]).call("PATCH", f"{POLICIES}/{key[1]}", change))
