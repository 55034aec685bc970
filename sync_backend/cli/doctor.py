"""`sync-backend doctor`: looks at everything that must be right, and says what to do."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Final

import typer
from rich.console import Console

from sync_backend.administration.checks import Check, check_environment, check_numbers, check_people, check_secrets
from sync_backend.cli.administrator import database_in_words, make_ready
from sync_backend.cli.output import Json, print_json
from sync_backend.database.engine import open_write_engine
from sync_backend.errors import WorldError
from sync_backend.settings import Settings, load_settings

_MARKS: Final = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "failed": "[red]✗[/]"}


def doctor(as_json: Json = False) -> None:
    """Check settings, database, people and every number's bridge; exit 1 when something is wrong."""
    checks = asyncio.run(_checks(load_settings()))
    healthy = all(check.state != "failed" for check in checks)
    if as_json:
        print_json({"ok": healthy, "checks": [asdict(check) for check in checks]})
    else:
        console = Console(highlight=False)
        for check in checks:
            console.print(f"{_MARKS[check.state]} ", end="")
            console.print(f"{check.name}: {check.finding}", markup=False)
            if check.advice:
                console.print(f"    {check.advice}", markup=False)
    raise typer.Exit(0 if healthy else 1)


async def _checks(settings: Settings) -> list[Check]:
    checks = [check_environment(), check_secrets(settings)]
    try:
        await make_ready(settings)
    except WorldError as error:
        return [*checks, Check("database", "failed", error.message, error.hint)]
    engine = open_write_engine(settings.database_url)
    try:
        async with database_in_words(settings):
            checks += [Check("database", "ok", "Its schema is current."), await check_people(engine)]
            checks += [check async for check in check_numbers(engine, settings)]
    finally:
        await engine.dispose()
    return checks
