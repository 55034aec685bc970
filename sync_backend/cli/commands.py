"""All commands of `sync-backend` under one name.

What loads the web framework is imported by the command that needs it: the others start faster without.
"""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.cli import accounts, database, jobs, tokens, users, workspaces
from sync_backend.cli.doctor import doctor

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The server of the WhatsApp inbox: receives, stores, orders, relays, sends.",
)
cli.add_typer(database.commands, name="db")
cli.add_typer(workspaces.commands, name="workspace")
cli.add_typer(users.commands, name="user")
cli.add_typer(accounts.commands, name="account")
cli.add_typer(tokens.commands, name="token")
cli.add_typer(jobs.commands, name="jobs")
cli.command()(doctor)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8400,
    worker: Annotated[bool, typer.Option(help="Do the queue's jobs too; else `sync-backend worker` must run.")] = True,
) -> None:
    """Serve, until stopped with Ctrl+C or SIGTERM; prints one line of JSON when ready."""
    from sync_backend.cli import serve as server

    server.serve(host, port, with_worker=worker)


@cli.command()
def worker() -> None:
    """Do the queue's jobs beside servers that run with `--no-worker`, until stopped with Ctrl+C or SIGTERM."""
    from sync_backend.cli.worker import work

    work()


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document (`docs/openapi.json` is this output)."""
    from sync_backend.openapi import openapi_text

    typer.echo(openapi_text(), nl=False)
