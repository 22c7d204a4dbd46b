"""Promises of accelerators, kept. Start at `loop.py`; floors and words are in docs/architecture.md."""
