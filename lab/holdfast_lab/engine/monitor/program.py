"""The child process in which a program runs, with Pulumi's own SDK, in the program's folder.

Started by `engine.py` with the engine's address; a fresh interpreter for every run, because the SDK and the
program keep state in modules.
"""

import asyncio
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi import runtime

from holdfast_lab.cloud.parent import leave_with_parent

_CALLS_PER_STEP = 4


def main(settings: dict[str, Any]) -> int:
    """Run the program in the current folder as `python .` would; 0 if it came to its end."""
    leave_with_parent()
    runtime.configure(runtime.Settings(**settings))
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a refused run leaves futures nobody awaits
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


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
