"""`sync-backend workspace …`: the boundaries of what a person may see."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace, list_workspaces
from sync_backend.cli.administrator import administer
from sync_backend.cli.output import Entry, Json, show_entry, show_list
from sync_backend.clock import system_clock

commands = typer.Typer(no_args_is_help=True, help="Workspaces: each person and each number belongs to one.")


@commands.command("add")
def add(name: Annotated[str, typer.Option(help="What people call it.")], as_json: Json = False) -> None:
    """Add a workspace."""
    made = administer(lambda own: add_workspace(own.engine, system_clock, name))
    show_entry(_entry(made), as_json=as_json, headline=f"Workspace {made.id}: {made.name}")


@commands.command("list")
def show(as_json: Json = False) -> None:
    """List all workspaces."""
    found = administer(lambda own: list_workspaces(own.engine))
    show_list([_entry(each) for each in found], as_json=as_json, columns=("id", "name"))


def _entry(workspace: WorkspaceEntry) -> Entry:
    return {"id": str(workspace.id), "name": workspace.name}
