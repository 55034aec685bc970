"""`sync-backend user …`: who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.administration.users import UserEntry, add_user, list_users
from sync_backend.auth.passwords import Passwords
from sync_backend.cli.administrator import administer
from sync_backend.cli.output import Entry, Json, show_entry, show_list
from sync_backend.clock import system_clock

commands = typer.Typer(no_args_is_help=True, help="People who sign in with e-mail and password.")


@commands.command("add")
def add(
    workspace: Annotated[int, typer.Option(help="Id of the workspace.")],
    email: Annotated[str, typer.Option(help="Unique among all workspaces.")],
    role: Annotated[str, typer.Option(help="agent, supervisor or admin.")] = "agent",
    name: Annotated[str | None, typer.Option(help="As customers' chats show it; else the e-mail's first part.")] = None,
    password: Annotated[str | None, typer.Option(help="At least 8 characters; one is made without it.")] = None,
    as_json: Json = False,
) -> None:
    """Add a person."""
    made = administer(
        lambda own: add_user(
            own.engine,
            Passwords(),
            system_clock,
            workspace_id=workspace,
            email=email,
            role=role,
            name=name,
            password=password,
        )
    )
    show_entry(
        _entry(made.user),
        as_json=as_json,
        headline=f"User {made.user.id}: {made.user.email}, {made.user.role} of workspace {made.user.workspace_id}",
        secrets={"password": made.password},
    )


@commands.command("list")
def show(
    workspace: Annotated[int | None, typer.Option(help="Only this workspace's.")] = None, as_json: Json = False
) -> None:
    """List people."""
    found = administer(lambda own: list_users(own.engine, workspace))
    columns = ("id", "workspace_id", "name", "email", "role")
    show_list([_entry(each) for each in found], as_json=as_json, columns=columns)


def _entry(user: UserEntry) -> Entry:
    return {
        "id": str(user.id),
        "workspace_id": str(user.workspace_id),
        "name": user.name,
        "email": user.email,
        "role": user.role,
    }
