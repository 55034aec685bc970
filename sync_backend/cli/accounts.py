"""`sync-backend account …`: the WhatsApp numbers that a team answers."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_backend.administration.accounts import AccountEntry, MetaConfig, add_account, list_accounts
from sync_backend.cli.administrator import Nobody, administer
from sync_backend.cli.output import Entry, Json, show_entry, show_list
from sync_backend.clock import system_clock
from sync_backend.errors import WorldError

commands = typer.Typer(no_args_is_help=True, help="WhatsApp numbers, each on one provider.")


@commands.command("add")
def add(
    workspace: Annotated[int, typer.Option(help="Id of the workspace.")],
    provider: Annotated[str, typer.Option(help="webjs or meta.")],
    phone: Annotated[str, typer.Option(help="The number with its country code, as +62 812-3456-7890.")],
    name: Annotated[str | None, typer.Option(help="What people call this number.")] = None,
    bridge_url: Annotated[str | None, typer.Option(help="Where this number's bridge listens.")] = None,
    phone_number_id: Annotated[str | None, typer.Option(help="Meta: the number's id in their console.")] = None,
    access_token: Annotated[str | None, typer.Option(help="Meta: token of a system user.")] = None,
    app_secret: Annotated[str | None, typer.Option(help="Meta: secret that signs their webhooks.")] = None,
    verify_token: Annotated[str | None, typer.Option(help="Meta: for the webhook's handshake; made without.")] = None,
    graph_url: Annotated[str | None, typer.Option(help="Meta: base address of the Graph API.")] = None,
    as_json: Json = False,
) -> None:
    """Add a number; the secret to give to its bridge is made here."""
    meta = None
    if phone_number_id is not None:
        meta = MetaConfig(
            phone_number_id=phone_number_id,
            access_token=access_token,
            app_secret=app_secret,
            verify_token=verify_token,
            graph_url=graph_url,
        )
    elif access_token or app_secret or verify_token or graph_url:
        raise WorldError("Meta's settings need the number's id there.", hint="Give --phone-number-id.")
    made = administer(
        lambda own: add_account(
            own.engine,
            Nobody(),
            system_clock,
            workspace_id=workspace,
            provider=provider,
            phone=phone,
            display_name=name,
            bridge_url=bridge_url,
            meta=meta,
        )
    )
    show_entry(
        _entry(made.account),
        as_json=as_json,
        headline=f"Account {made.account.id}: {made.account.phone_number} on {made.account.provider_type}",
        secrets={"hmac_secret": made.hmac_secret, "verify_token": made.verify_token},
    )


@commands.command("list")
def show(
    workspace: Annotated[int | None, typer.Option(help="Only this workspace's.")] = None, as_json: Json = False
) -> None:
    """List numbers."""
    found = administer(lambda own: list_accounts(own.engine, workspace))
    columns = ("id", "workspace_id", "phone_number", "provider_type", "status", "bridge_url")
    show_list([_entry(each) for each in found], as_json=as_json, columns=columns)


def _entry(account: AccountEntry) -> Entry:
    return {
        "id": str(account.id),
        "workspace_id": str(account.workspace_id),
        "phone_number": account.phone_number,
        "provider_type": account.provider_type,
        "status": account.status,
        "bridge_url": account.bridge_url,
    }
