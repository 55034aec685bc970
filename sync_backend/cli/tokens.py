"""`sync-backend token …`: tokens for programs that act for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.auth.tokens import Tokens
from sync_backend.cli.administrator import administer
from sync_backend.cli.output import Json, show_entry
from sync_backend.clock import system_clock

commands = typer.Typer(no_args_is_help=True, help="Bearer tokens, for programs that act for a person.")


@commands.callback()
def _token() -> None:
    """Keeps `issue` a word of its own although it is the only one."""


@commands.command("issue")
def issue(
    user: Annotated[int, typer.Option(help="Id of the person.")],
    device_name: Annotated[str, typer.Option(help="To tell tokens apart.")] = "command line",
    as_json: Json = False,
) -> None:
    """Issue a token."""
    made = administer(lambda own: Tokens(own.engine, own.engine, system_clock).issue(user, device_name))
    show_entry(
        {"id": str(made.id), "user_id": str(user), "device_name": device_name},
        as_json=as_json,
        headline=f"Token {made.id} for user {user}",
        secrets={"token": made.token},
    )
