"""The child process in which a program runs, with Pulumi's own SDK, in the program's folder.

Started by program_process.py. Each line it reads is the settings of one run, answered by one exit code: the
preview and what follows share an interpreter, since loading the SDK takes longer than all else. Between two
runs the program's own modules are forgotten, and every run has a context and an event loop of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pulumi
from pulumi import runtime

from holdfast_lab.process_control.child import leave_with_parent

_CALLS_PER_STEP = 4


def main(answers: int) -> None:
    """Run the program once for every line of settings; `answers` is the file descriptor of the exit codes."""
    leave_with_parent()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a refused run leaves futures nobody awaits
    untouched = copy_context()
    for line in sys.stdin:
        code = untouched.copy().run(_run, json.loads(line))
        _forget_program()
        sys.stdout.flush()
        os.write(answers, f"{code}\n".encode())
    os._exit(0)  # everything is said; taking the SDK apart would take seconds


def _run(settings: dict[str, Any]) -> int:
    """Run the program in the current folder as `python .` would; 0 if it came to its end."""
    runtime.configure(runtime.Settings(**settings))
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(settings["parallel"] * _CALLS_PER_STEP))
    try:
        loop.run_until_complete(runtime.run_in_stack(_program))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:
        pulumi.log.error(f"the program failed:\n{traceback.format_exc()}")
        return 1
    finally:
        loop.close()
    return 0


def _program() -> None:
    runpy.run_path(".", run_name="__main__")


def _forget_program() -> None:
    """Drop the modules of the program's own folder, so that the next run loads them anew."""
    here = Path.cwd()
    for name, module in list(sys.modules.items()):
        source = getattr(module, "__file__", None)
        if source and name != "__main__" and Path(source).is_relative_to(here):
            del sys.modules[name]


if __name__ == "__main__":
    main(int(sys.argv[1]))
