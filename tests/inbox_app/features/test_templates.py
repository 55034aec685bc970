"""The templates of a conversation's number: asked of the server, told in the reader's language, kept when chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec

from inbox_app.features.templates import TemplatesPresenter, choice_of
from inbox_app.server.api import Api
from resources.catalog import load_catalog
from tests.inbox_app.features.room import open_room
from tests.local_cache import rows
from ui.conversation.rows import TemplateRow
from wire.rest import Template, TemplateChoice, TemplateField, TemplateList

NEEDS_MEDIA = "This template needs a picture or a file, which cannot be sent from here yet."


class Dialog:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.rows: list[TemplateRow] = []
        self.ended = asyncio.Event()

    def show_loading(self) -> None:
        self.said.append("loading")

    def show_templates(self, rows: Sequence[TemplateRow]) -> None:
        self.rows = list(rows)
        self.ended.set()

    def show_trouble(self, words: str) -> None:
        self.said.append(words)
        self.ended.set()


async def shown(folder: Path, answer: httpx.Response) -> tuple[Dialog, list[str]]:
    asked: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return answer

    dialog = Dialog()
    async with open_room(folder) as room:
        await room.fill(conversations=[rows.conversation("c1")])
        api = Api("http://server", "token", httpx.MockTransport(server))
        presenter = TemplatesPresenter(cache=room.cache, api=api, tasks=room.tasks, catalog=load_catalog("id"))
        presenter.show("c1", dialog)
        async with asyncio.timeout(5):
            await dialog.ended.wait()
        await api.close()
    return dialog, asked


async def test_they_are_asked_for_by_number_and_said_in_the_readers_language(tmp_path: Path) -> None:
    place = TemplateField(key="body.1", label="1")
    found = [
        Template(name="a", language="id", category="UTILITY", body="Halo {{body.1}}", fields=[place]),
        Template(name="b", language="id", category="MARKETING", body="Diskon", problem=NEEDS_MEDIA),
    ]
    dialog, asked = await shown(tmp_path, httpx.Response(200, content=msgspec.json.encode(TemplateList(items=found))))
    assert asked == ["/api/v1/sessions/s1/templates"]
    assert [(each.name, [place.key for place in each.fields]) for each in dialog.rows] == [("a", ["body.1"]), ("b", [])]
    assert dialog.rows[1].problem is not None
    assert dialog.rows[1].problem.startswith("Templat ini memerlukan gambar")


async def test_trouble_is_said(tmp_path: Path) -> None:
    refused = {"error": {"code": "templates_unavailable", "message": "Meta cannot be reached."}}
    dialog, _ = await shown(tmp_path, httpx.Response(503, json=refused))
    assert dialog.said == ["loading", "Meta tidak dapat dijangkau."]


def test_a_choice_is_kept_as_the_server_takes_it() -> None:
    row = TemplateRow(name="a", language="id", body="Halo {{body.1}}")
    kept = msgspec.json.decode(choice_of(row, {"body.1": "Budi"}), type=TemplateChoice)
    assert kept == TemplateChoice(name="a", language="id", values={"body.1": "Budi"})
