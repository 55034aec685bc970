"""The `sync-backend` command."""

from __future__ import annotations

import sys

import typer

from sync_backend.cli.commands import cli
from sync_backend.errors import WorldError


def main() -> None:
    """Whatever the world does wrong is said in words; a traceback means that we are wrong."""
    try:
        cli()
    except WorldError as error:
        typer.secho(f"Error: {error.message}", err=True, fg=typer.colors.RED)
        if error.hint:
            typer.echo(error.hint, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
