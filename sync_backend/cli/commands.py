"""All commands of `sync-backend` under one name."""

from __future__ import annotations

import typer

from sync_backend.cli import accounts, database, tokens, users, workspaces

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
