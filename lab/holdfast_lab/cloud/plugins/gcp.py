"""`pulumi-resource-gcp`: the provider in front of the pretend Google Cloud."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Network
from pathlib import Path

from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.kinds import Kind, kind_of
from holdfast_lab.cloud.plugins.data_sources import answer
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.pulumi_protocol.differences import differences
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import UNKNOWN, Plain, has_unknown
from holdfast_lab.pulumi_protocol.provider import Change, Checked, Existing, Failure, Subject


class GcpPlugin:
    """One provider instance."""

    version = "10.2.0"

    def __init__(self, cloud: GoogleCloud) -> None:
        self._cloud = cloud
        self._settings: Plain = {}

    def check_config(self, settings: Plain) -> Checked:
        """Only the lab's project exists here."""
        project = settings.get("project")
        if project in (None, LAB_PROJECT, UNKNOWN):
            return Checked(settings)
        return Checked(settings, [Failure("project", _other_project(project))])

    def diff_config(self, old: Plain, new: Plain) -> Change:
        """Everything under the provider is in its project."""
        found = differences(old, new)
        return Change(found, [each.path for each in found if each.top == "project"])

    def configure(self, settings: Plain) -> None:
        """Take project, region and zone into use."""
        self._settings = settings
        self._require_lab(settings.get("project"))

    def invoke(self, function: str, arguments: Plain) -> Plain:
        """Answer a data source."""
        return answer(function, arguments, self._settings)

    def check(self, subject: Subject, old: Plain, new: Plain) -> Checked:
        """Fill in project, place and name."""
        kind = kind_of(subject.type)
        inputs = {key: value for key, value in new.items() if value is not None}
        inputs.setdefault("project", self._settings.get("project", LAB_PROJECT))
        if kind.place and kind.place not in inputs:
            inputs |= self._place(kind)
        inputs.setdefault("name", old.get("name") or _made_up_name(subject, inputs))
        failures = [
            Failure(name, f"Missing required property {name!r}")
            for name in kind.required
            if name not in inputs
        ]
        if inputs["project"] not in (LAB_PROJECT, UNKNOWN):
            failures.append(Failure("project", _other_project(inputs["project"])))
        return Checked(inputs, failures)

    def diff(self, subject: Subject, old: Plain, new: Plain) -> Change:
        """Compare; what stands under the same name must go before its successor comes."""
        kind = kind_of(subject.type)
        found = differences(old, new)
        replaces = [
            each.path
            for each in found
            if each.within(kind.replace)
            or (each.path in kind.widens and not _is_wider(old[each.path], new.get(each.path)))
        ]
        return Change(found, replaces, bool(replaces) and old.get("name") == new.get("name"))

    def create(self, subject: Subject, inputs: Plain, preview: bool) -> Existing:
        """Create in the cloud."""
        if preview:
            return Existing(outputs=self._foreseen(kind_of(subject.type), inputs))
        self._require_known(subject, inputs)
        made = self._cloud.create(subject.type, subject.urn, inputs)
        return Existing(made.id, made.outputs, inputs)

    def read(self, subject: Subject, inputs: Plain) -> Existing:
        """Look it up."""
        identity = subject.id or kind_of(subject.type).identity(inputs)
        found = self._cloud.store.find(identity)
        if found is None or (not subject.id and found.urn != subject.urn):
            return Existing()
        return Existing(found.id, found.outputs, found.inputs)

    def update(self, subject: Subject, before: Existing, inputs: Plain, preview: bool) -> Existing:
        """Change in the cloud."""
        if preview:
            return Existing(subject.id, before.outputs | inputs, inputs)
        self._require_known(subject, inputs)
        made = self._cloud.update(subject.id, inputs)
        return Existing(made.id, made.outputs, inputs)

    def delete(self, subject: Subject, before: Existing) -> None:
        """Delete from the cloud."""
        self._cloud.delete(subject.id or before.id)

    def _foreseen(self, kind: Kind, inputs: Plain) -> Plain:
        """Every output, unknown where only the cloud can say."""
        every = dict.fromkeys(self._cloud.outputs(kind, {}, {}), UNKNOWN)
        return every | dict(kind.defaults) | inputs

    def _place(self, kind: Kind) -> Plain:
        place = self._settings.get(kind.place) or self._settings.get("region") or self._settings.get("zone")
        return {kind.place: place} if place else {}

    def _require_known(self, subject: Subject, inputs: Plain) -> None:
        self._require_lab(inputs.get("project"))
        if has_unknown(inputs):
            raise Refusal(f"{subject.name}: an input is still unknown outside a preview; nothing was done")

    def _require_lab(self, project: object) -> None:
        if project not in (None, LAB_PROJECT, UNKNOWN):
            raise Refusal(_other_project(project))


def for_lab(folder: Path) -> GcpPlugin:
    """The plugin in front of a lab's cloud."""
    return GcpPlugin(GoogleCloud(folder))


def _other_project(project: object) -> str:
    return (
        f"project {project!r} is not the lab's: the lab's pretend cloud serves only {LAB_PROJECT!r}, so that "
        "no real project is reached or imitated by accident; run `holdfast lab pulumi`, which sets gcp:project"
    )


def _is_wider(old: str, new: object) -> bool:
    """Whether a range of addresses has all of another; one that is not known yet may not."""
    return new != UNKNOWN and IPv4Network(str(new)).supernet_of(IPv4Network(old))


def _made_up_name(subject: Subject, inputs: Plain) -> str:
    seed = hashlib.sha256(subject.urn.encode()).hexdigest()
    prefix = inputs.get("namePrefix") or f"{subject.name.lower()}-"
    return f"{prefix}{seed[:7]}"
