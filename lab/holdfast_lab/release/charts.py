"""Helm charts, made from the rendered manifests: what `kubectl apply -k` applies, a chart installs.

A chart has a template for each object. A few words of them are values: where one is not found any more, the manifests
have changed and the chart is refused. The objects of a process can be left out, to run it elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from holdfast_lab.errors import LabError
from holdfast_lab.release.rendered import documents, rendered

OLDEST_KUBERNETES = ">=1.34.0-0"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: the part it is made of, its values, and what stands in the templates in their place.

    `words` maps a word of the manifests to a value's expression; `switches` maps the name of a process' objects to the
    value that includes them; `settings` maps the name of a ConfigMap and a key of it to a value.
    """

    name: str
    part: str
    about: str
    values: Mapping[str, Any]
    words: Mapping[str, str]
    switches: Mapping[str, str]
    settings: Mapping[tuple[str, str], str] = field(default_factory=dict)


SCOPES = "openid email profile"
IMAGE = ("holdfast:dev", "{{ .Values.image }}")
NO_PLACE = "{{ required `datacenter: the name of this cluster's datacenter on the hub` .Values.datacenter }}"
CHARTS = (
    Chart(
        "holdfast-definitions",
        "definitions",
        "Kinds of a Holdfast hub, and the guards of what is stored; uninstalling leaves all of it",
        {},
        {},
        {},
    ),
    Chart(
        "holdfast-hub",
        "hub-in-cluster",
        "Rights and policies of a Holdfast hub, its operator and its console; holdfast-definitions comes first",
        {
            "image": "holdfast:{version}",
            "operator": {"enabled": True},
            "console": {
                "enabled": False,
                "public": "https://console.example.com",
                "oidc": {"issuer": "", "clientId": "", "scopes": SCOPES, "secretFile": "", "caFile": ""},
            },
        },
        {IMAGE[0]: IMAGE[1], "https://console.example.com": "{{ .Values.console.public }}"},
        {"holdfast-planner": "operator.enabled", "holdfast-console": "console.enabled"},
        {
            ("holdfast-console", "oidc-issuer"): "console.oidc.issuer",
            ("holdfast-console", "oidc-client-id"): "console.oidc.clientId",
            ("holdfast-console", "oidc-scopes"): "console.oidc.scopes",
            ("holdfast-console", "oidc-secret-file"): "console.oidc.secretFile",
            ("holdfast-console", "oidc-ca-file"): "console.oidc.caFile",
        },
    ),
    Chart(
        "holdfast-site",
        "site-in-cluster",
        "Rights and policies of a datacenter's cluster, and its agent",
        {"image": "holdfast:{version}", "agent": {"enabled": True}, "datacenter": ""},
        {IMAGE[0]: IMAGE[1], "name-me": NO_PLACE},
        {"holdfast-agent": "agent.enabled"},
    ),
)
PROCESS_KINDS = ("Deployment", "Service", "PodDisruptionBudget", "ConfigMap")


def write_charts(kubectl: Path, folder: Path, version: str) -> Sequence[Path]:
    """Write every chart below the folder; the charts' own folders. Raises LabError."""
    return [
        _write(chart, documents(rendered(kubectl, chart.part)), folder / chart.name, version)
        for chart in CHARTS
    ]


def _write(chart: Chart, objects: list[dict[str, Any]], folder: Path, version: str) -> Path:
    templates = {_file(one): _template(chart, one) for one in objects}
    whole = "".join(templates.values())
    missing = [word for word, value in chart.words.items() if value not in whole]
    if missing:
        raise LabError(
            f"{chart.name}: {', '.join(missing)} is not in the manifests any more: say what took its place"
        )
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    for name, text in templates.items():
        (folder / "templates" / name).write_text(text, encoding="utf-8")
    values = json.loads(json.dumps(chart.values).replace("{version}", version))
    (folder / "values.yaml").write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    (folder / "values.schema.json").write_text(json.dumps(_schema(values), indent=1) + "\n", encoding="utf-8")
    about = {"apiVersion": "v2", "name": chart.name, "description": chart.about, "type": "application"}
    numbers = {"version": version, "appVersion": version, "kubeVersion": OLDEST_KUBERNETES}
    (folder / "Chart.yaml").write_text(
        yaml.safe_dump({**about, **numbers}, sort_keys=False), encoding="utf-8"
    )
    return folder


def _file(one: Mapping[str, Any]) -> str:
    return f"{one['kind'].lower()}-{one['metadata']['name']}.yaml"


def _template(chart: Chart, one: Mapping[str, Any]) -> str:
    """The object as a template: its own braces stay as they are, words become values, a switch stands around it."""
    named, settings = _named(chart, one)
    text = yaml.safe_dump(named, sort_keys=False, width=4_096).replace("{{", '{{ "{{" }}')
    for word, value in settings.items():
        text = text.replace(word, f"{{{{ .Values.{value} | quote }}}}")
    for word, value in chart.words.items():
        text = text.replace(word, value)
    switch = chart.switches.get(one["metadata"]["name"]) if one["kind"] in PROCESS_KINDS else None
    return f"{{{{- if .Values.{switch} }}}}\n{text}{{{{- end }}}}\n" if switch else text


def _named(chart: Chart, one: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """A ConfigMap with a word in the place of each setting that is a value, and which value each word is."""
    if one["kind"] != "ConfigMap":
        return one, {}
    known = {key: value for (of, key), value in chart.settings.items() if of == one["metadata"]["name"]}
    missing = sorted(known.keys() - one["data"].keys())
    if missing:
        raise LabError(
            f"{chart.name}: {', '.join(missing)} is not in the manifests any more: say what took its place"
        )
    words = {key: f"value-of-{key}" for key in known}
    return {**one, "data": {**one["data"], **words}}, {words[key]: value for key, value in known.items()}


def _schema(values: Any) -> Mapping[str, Any]:
    """The shape of the values, so that a misspelt one is refused."""
    if not isinstance(values, Mapping):
        return {"type": "boolean" if isinstance(values, bool) else "string"}
    shapes = {name: _schema(value) for name, value in values.items()}
    shared = {"global": {"type": "object"}}
    return {"type": "object", "properties": {**shapes, **shared}, "additionalProperties": False}
