"""`sync-backend jobs …`: what waits in the queue, and what was given up."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.cli.administrator import Administrator, administer
from sync_backend.cli.output import Entry, Json, print_json, show_list
from sync_backend.clock import system_clock
from sync_backend.errors import WorldError
from sync_backend.jobs.dead_letters import JobEntry, drop, list_jobs, replay
from wire.times import to_iso

commands = typer.Typer(no_args_is_help=True, help="The queue: imports and outgoing messages.")

Ids = Annotated[list[int] | None, typer.Argument(help="Ids of jobs.")]


@commands.command("list")
def show(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List jobs, the oldest first, with the error of their last try."""

    async def read(own: Administrator) -> list[JobEntry]:
        async with own.engine.connect() as connection:
            return await list_jobs(connection, dead_only=dead, limit=limit)

    columns = ("id", "kind", "workspace_id", "account_id", "state", "failures", "created_at", "error")
    show_list([_entry(each) for each in administer(read)], as_json=as_json, columns=columns)


@commands.command("replay")
def try_again(
    ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    as_json: Json = False,
) -> None:
    """Give jobs that were given up their tries anew; a running server does them within seconds."""
    chosen = _chosen(ids, every)

    async def put_back(own: Administrator) -> int:
        async with own.engine.begin() as connection:
            return await replay(connection, chosen, system_clock())

    _say(administer(put_back), "replayed", as_json)


@commands.command("drop")
def throw_away(
    ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
    kind: Annotated[str | None, typer.Option(help="All waiting jobs of this kind, as `import`.")] = None,
    as_json: Json = False,
) -> None:
    """Throw jobs away that nobody is doing: what they would have brought is lost unless it is sent again."""
    chosen = None if kind is not None and not ids else _chosen(ids, every)

    async def delete(own: Administrator) -> int:
        async with own.engine.begin() as connection:
            return await drop(connection, chosen, kind=kind, dead_only=kind is None)

    _say(administer(delete), "dropped", as_json)


def _chosen(ids: list[int] | None, every: bool) -> list[int] | None:
    """None for all."""
    if every == bool(ids):
        raise WorldError("Which jobs?", hint="Give their ids (`sync-backend jobs list`), or --all.")
    return ids or None


def _say(count: int, done: str, as_json: bool) -> None:
    if as_json:
        print_json({done: count})
    else:
        typer.echo(f"{count} job{'' if count == 1 else 's'} {done}.")


def _entry(job: JobEntry) -> Entry:
    return {
        "id": str(job.id),
        "kind": job.kind,
        "workspace_id": str(job.workspace_id),
        "account_id": str(job.account_id),
        "state": job.state,
        "failures": job.failures,
        "created_at": to_iso(job.created_at_ms),
        "error": job.error,
    }
