"""The manual of the command line, from the commands themselves: man pages, and docs/reference/commands.md.

python -m holdfast.cli.manual            write them below the current directory
python -m holdfast.cli.manual --check    write nothing; exit 1 and name the files that differ
"""
