"""How commands answer: a table for people, or with `--json` one object for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]

Entry = Mapping[str, Any]


def show_entry(entry: Entry, *, as_json: bool, headline: str, secrets: Mapping[str, str | None] | None = None) -> None:
    """One thing that was made; `secrets` are those made with it, shown this once."""
    made = {name: value for name, value in (secrets or {}).items() if value is not None}
    if as_json:
        print_json({**entry, **made})
        return
    console = Console(highlight=False)
    console.print(headline, markup=False)
    for name, value in made.items():
        console.print(f"  {name}: {value}   (shown this once)", markup=False, soft_wrap=True)


def show_list(entries: Sequence[Entry], *, as_json: bool, columns: Sequence[str]) -> None:
    if as_json:
        print_json({"items": entries})
        return
    table = Table(*columns, box=None, pad_edge=False)
    for entry in entries:
        table.add_row(*("" if entry[column] is None else str(entry[column]) for column in columns))
    Console(highlight=False).print(table, markup=False)


def print_json(value: object) -> None:
    typer.echo(orjson.dumps(value).decode())
