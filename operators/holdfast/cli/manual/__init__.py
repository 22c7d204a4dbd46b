"""The manual of the command line, from the commands themselves: man pages, and docs/reference/commands.md.

`python -m holdfast.cli.manual` writes it, with --check only compares (holdfast.api.generated_files).
"""
