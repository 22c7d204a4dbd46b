"""A small program in a project folder of its own, and an engine that runs it in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from holdfast_lab.cloud.call_log import CallLog

ENGINES = ["monitor", *(["cli"] if shutil.which("pulumi") else [])]
PROGRAM = """
    import pulumi
    from pulumi_gcp import compute, container
    from holdfast_infra.cancellation import leave_quietly
    leave_quietly()
    config = pulumi.Config("tiny")
    held = config.get("held")

    def ask(args):
        if args.name == held:
            raise Exception(f"{args.name} is promised to mistral")

    hook = pulumi.ResourceHook("ask", ask, pulumi.ResourceHookOptions(on_dry_run=True))
    options = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_delete=[hook], before_update=[hook]))
    network = compute.Network("net", name="net", auto_create_subnetworks=False)
    cluster = container.Cluster(
        "dc", name="dc", location="us-east4", network=network.id, initial_node_count=1, deletion_protection=False
    )
    for name in config.require_object("pools"):
        container.NodePool(
            name, name=name, cluster=cluster.name, location="us-east4", node_count=2,
            node_config={"machine_type": config.get("machine") or "n2-standard-4"}, opts=options,
        )
    if config.get_bool("broken"):
        raise ValueError("the program is broken")
    pulumi.export("endpoint", cluster.endpoint)
"""


class Project:
    """A project folder with a lab of its own."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder, self.state, self.engine = folder, folder / "lab", engine
        (folder / "infra").mkdir()
        (folder / "stacks").mkdir()
        self.state.mkdir()
        (folder / "infra" / "__main__.py").write_text(textwrap.dedent(PROGRAM))
        venv = Path(sys.executable).parent.parent
        runtime = {"name": "python", "options": {"virtualenv": str(venv)}}
        project = {"name": "tiny", "main": "infra/", "stackConfigDir": "stacks", "runtime": runtime}
        (folder / "Pulumi.yaml").write_text(json.dumps(project))
        config = {"gcp:project": "holdfast-lab", "tiny:pools": ["a", "b"]}
        (folder / "stacks" / "Pulumi.one.yaml").write_text(json.dumps({"config": config}))

    def start(self, verb: str, *options: str) -> subprocess.Popen[str]:
        code = "from holdfast_lab.engine.cli import pulumi; pulumi()"
        lab, stack = ["--state", str(self.state), "--engine", self.engine], ["one"]
        return subprocess.Popen(
            [sys.executable, "-c", code, *lab, verb, *stack, *options],
            cwd=self.folder,
            env={**os.environ, "HOLDFAST_LAB_HOSTS": "paper"},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, verb: str, *options: str) -> tuple[int, str]:
        child = self.start(verb, *options)
        output, _ = child.communicate(timeout=300)
        return child.returncode, output

    def calls(self) -> list[str]:
        return [f"{each['verb']} {each['result']} {each['name']}" for each in CallLog(self.state).read()]


def documented(project: Project, verb: str, *options: str) -> str:
    """The document a run printed, without what else it said."""
    _, output = project.run(verb, *options)
    return output[output.index("{") : output.rindex("}") + 1]
