"""`sync-backend db …`: the schema, forward and back."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from sync_backend.cli.administrator import Administrator, administer, database_in_words
from sync_backend.cli.output import Json, print_json
from sync_backend.clock import system_clock
from sync_backend.database import migrate
from sync_backend.database.epoch import renew_epoch
from sync_backend.database.migrate import SchemaStatus
from sync_backend.settings import Settings, load_settings

commands = typer.Typer(no_args_is_help=True, help="The database's schema.")


@commands.command("upgrade")
def upgrade(
    revision: Annotated[str, typer.Argument(help="Up to this revision.")] = "head", as_json: Json = False
) -> None:
    """Bring the schema up to this version's."""
    _show(asyncio.run(_moved(load_settings(), revision, back=False)), as_json)


@commands.command("downgrade")
def downgrade(
    revision: Annotated[str, typer.Argument(help="Back to this revision; one step without, `base` for all.")] = "-1",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Take the schema back; what newer revisions stored is lost, and every desktop fetches anew."""
    if not yes:
        steps = "one step back" if revision == "-1" else f"back to {revision}"
        typer.confirm(f"Take the schema {steps}? What newer revisions stored is lost.", abort=True, err=True)
    _show(asyncio.run(_moved(load_settings(), revision, back=True)), as_json)


@commands.command("status")
def status(as_json: Json = False) -> None:
    """Say where the schema stands; exit 1 when revisions are pending."""
    found = asyncio.run(_status(load_settings()))
    _show(found, as_json)
    raise typer.Exit(0 if found.is_current else 1)


@commands.command("new-epoch")
def new_epoch() -> None:
    """After a backup was restored: makes every desktop forget its copy and fetch anew."""

    async def renew(own: Administrator) -> None:
        async with own.engine.begin() as connection:
            await renew_epoch(connection, system_clock())

    administer(renew)
    typer.echo("A new epoch began: every desktop fetches anew.")


async def _moved(settings: Settings, revision: str, *, back: bool) -> SchemaStatus:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with database_in_words(settings):
        await (migrate.downgrade if back else migrate.upgrade)(settings.database_url, revision)
    return await _status(settings)


async def _status(settings: Settings) -> SchemaStatus:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with database_in_words(settings):
        return await migrate.status(settings.database_url)


def _show(found: SchemaStatus, as_json: bool) -> None:
    if as_json:
        print_json({"current": found.current, "latest": found.latest, "pending": found.pending})
        return
    typer.echo(f"Schema: {found.current or 'none'}, latest: {found.latest}")
    for revision in found.pending:
        typer.echo(f"  pending: {revision}")
