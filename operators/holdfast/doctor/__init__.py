"""What is wrong with an installation, and what mends it: read as stored, compared with what this version expects.

    expected (what this version installs) ─┐
    reading  (what the hub answers)       ─┴─▶ checks ─▶ findings, each with its remedy

It reads documents, not records: a definition that is missing, altered or half installed is what it is there to find.
"""
