"""What of a datacenter one stack is: all of it, or a part of one that is too large for a single stack.

    whole     everything (no `part` is declared)
    shared    network, cluster, accounts, policies and the Datacenter in the hub; its pools are declared, so that ranges
              and versions fit them, and made by the blocks' stacks
    block     some of its pools with their units, in the cluster of the shared stack

The shared stack is named like the datacenter, a block's like the datacenter and the block (`ironwood-c-blk-a`).
"""

from __future__ import annotations

WHOLE, SHARED, BLOCK = "", "shared", "block"
PARTS = (SHARED, BLOCK)


def is_named(stack: str, datacenter: str, part: str) -> bool:
    """Whether a stack of this name is this part of the datacenter."""
    if part == BLOCK:
        return stack.startswith(f"{datacenter}-") and len(stack) > len(datacenter) + 1
    return stack == datacenter
