"""`regulars schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """example:
  regulars schema > regulars.schema.json
  (then, as the first line of a scenario:  # yaml-language-server: $schema=regulars.schema.json)"""


def execute(words: Sequence[str]) -> int:
    """Print the schema; returns the exit code."""
    options.Parser("schema", "Print the JSON Schema of scenario files, for editors.", EXAMPLE).read(words)

    from sim.files.schema import json_schema
    from sim.files.writing import emit
    from sim.report.as_json import dumps

    emit(dumps(json_schema()))
    return 0
