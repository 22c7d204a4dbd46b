"""The words of Holdfast's API: every kind, condition and reason, with its bounds and its guards.

Pure: imports pydantic, the standard library and `holdfast.hardware` only. A file is one kind or one word of
it; `door` turns documents into these records and back, `generate` writes the definitions a cluster installs.
"""
