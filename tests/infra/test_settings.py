"""What a stack's configuration says, or everything that is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import set_all_config
from tests.infra.declarations import SOUND, changed

from holdfast_infra.settings import Settings, read_settings

HUB = {"holdfast:hubKubeconfig": "/hub", "holdfast:hubContext": "hub"}


def read(config: dict[str, str], stack: str = "lake-mariner") -> Settings:
    set_all_config(config)
    return read_settings(pulumi.Config("holdfast"), stack)


def test_a_sound_configuration_is_read() -> None:
    settings = read({**HUB, "holdfast:datacenter": json.dumps(SOUND)})
    assert (settings.hub.kubeconfig, settings.datacenter.site.name) == ("/hub", "lake-mariner")
    assert Path(settings.hub.kubeconfig).is_absolute()


@pytest.mark.parametrize("text", ["lake-mariner", "", "{", "7", "null"])
def test_a_datacenter_that_is_no_section_is_one_mistake_and_no_traceback(text: str) -> None:
    with pytest.raises(pulumi.RunError, match="holdfast:datacenter has 1 mistake; nothing was changed"):
        read({**HUB, "holdfast:datacenter": text})


def test_what_is_wrong_beside_the_declaration_is_said_with_it() -> None:
    declared = json.dumps(changed(("zone", "us-west1-b")))
    with pytest.raises(pulumi.RunError) as refused:
        read({"holdfast:datacenter": declared}, stack="abernathy")
    fields = [line.split()[1] for line in str(refused.value).splitlines()[1:]]
    assert fields == ["holdfast:hubContext:", "holdfast:hubKubeconfig:", "name", "zone"]


def test_a_stack_of_another_name_is_named_back_and_its_datacenter_never_renamed() -> None:
    config = {**HUB, "holdfast:datacenter": json.dumps(SOUND)}
    with pytest.raises(pulumi.RunError) as refused:
        read(config, stack="lake-mariner-2")
    assert str(refused.value).endswith(
        "select stack lake-mariner; if this one was renamed, name it back: `pulumi stack rename lake-mariner`"
    )
    assert read(config, stack="lake-mariner").datacenter.site.name == "lake-mariner"


def test_nothing_at_all_is_three_mistakes() -> None:
    with pytest.raises(pulumi.RunError, match="has 3 mistakes"):
        read({})
