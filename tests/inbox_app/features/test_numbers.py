"""What supervisors do with numbers reaches the server, and whatever it says is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from inbox_app.features.linking import LinkingPresenter
from inbox_app.features.numbers import NumbersPresenter, may_manage_numbers
from inbox_app.server.api import Api
from resources.catalog import english
from tests.e2e.waiting import until
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from ui.numbers.rows import LinkRow, MetaHookRow, NewNumber
from ui.session_filter.rows import NumberRow
from wire.rows import SyncState

NUMBER = "+62 812-3456-7890"
TYPED = NewNumber(provider_type="webjs", phone_number=NUMBER, display_name="")


class Desk:
    """The windows: remembers what they were told."""

    def __init__(self) -> None:
        self.busy: list[tuple[str, bool]] = []
        self.troubles: list[tuple[str, str]] = []
        self.ended: list[NumberRow] = []
        self.steps: list[object] = []

    def show_busy(self, session_id: str, busy: bool) -> None:
        self.busy.append((session_id, busy))

    def show_trouble(self, session_id: str, words: str) -> None:
        self.troubles.append((session_id, words))

    def tell_import_ended(self, row: NumberRow) -> None:
        self.ended.append(row)


class Dialog:
    """The link dialog: what it shows now, and everything it showed."""

    def __init__(self) -> None:
        self.busy = False
        self.error: tuple[str, str | None] | None = None
        self.links: list[LinkRow] = []
        self.connected: list[NumberRow] = []
        self.failed: list[tuple[str, str]] = []
        self.meta: list[MetaHookRow] = []

    def show_busy(self, busy: bool) -> None:
        self.busy = busy

    def show_form_error(self, words: str, field: str | None) -> None:
        self.error = (words, field)

    def show_link(self, row: LinkRow) -> None:
        if not self.links or self.links[-1] != row:
            self.links.append(row)

    def show_connected(self, row: NumberRow) -> None:
        self.connected.append(row)

    def show_failed(self, number: str, reason: str) -> None:
        self.failed.append((number, reason))

    def show_meta(self, row: MetaHookRow) -> None:
        self.meta.append(row)


@dataclass
class Server(httpx.AsyncBaseTransport):
    """Answers by method and path; a path without an answer cannot be reached. Of several answers the last stays."""

    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path.removeprefix('/api/v1/sessions')}"
        self.asked.append(what)
        self.bodies.append(request.content)
        answers = self.answers.get(what)
        if not answers:
            raise httpx.ConnectError("away", request=request)
        status, content = answers.pop(0) if len(answers) > 1 else answers[0]
        return httpx.Response(status, json=content, request=request)

    def answer(self, what: str, *contents: Any, status: int = 200) -> None:
        self.answers[what] = [(status, content) for content in contents]

    def refuse(self, what: str, status: int, code: str, message: str, **more: str) -> None:
        self.answers[what] = [(status, {"error": {"code": code, "message": message, **more}})]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def api(server: Server) -> AsyncIterator[Api]:
    api = Api("http://inbox.test", "token", server)
    yield api
    await api.close()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def dialog() -> Dialog:
    return Dialog()


@pytest.fixture
async def numbers(room: Room, api: Api, desk: Desk) -> NumbersPresenter:
    await room.fill(sessions=[rows.session("s1")])
    return presenter_of(room, api, desk)


@pytest.fixture
async def linking(room: Room, api: Api, dialog: Dialog) -> AsyncIterator[LinkingPresenter]:
    await room.fill(sessions=[rows.session("s1")])
    presenter = LinkingPresenter(
        cache=room.cache,
        api=api,
        open_view=lambda: dialog,
        tasks=room.tasks,
        catalog=english(),
        server="https://inbox.example.com/",
        poll_seconds=0.01,
    )
    room.feed.on_cache(presenter.cache_changed)
    yield presenter
    presenter.close()


def presenter_of(room: Room, api: Api, desk: Desk) -> NumbersPresenter:
    presenter = NumbersPresenter(
        cache=room.cache, api=api, view=desk, imports=desk, tasks=room.tasks, catalog=english()
    )
    presenter.show()
    room.feed.on_cache(presenter.cache_changed)
    return presenter


def session_json(status: str = "connecting", **other: Any) -> dict[str, Any]:
    return {
        "id": "s1",
        "phone_number": "+6281234567890",
        "provider_type": "webjs",
        "status": status,
        "sync": {"status": "pending"},
        "version": 1,
    } | other


@pytest.mark.parametrize(("role", "may"), [("agent", False), ("supervisor", True), ("admin", True), ("visitor", False)])
def test_supervisors_and_admins_manage_numbers(role: str, may: bool) -> None:
    assert may_manage_numbers(role) is may


@pytest.mark.parametrize(
    ("command", "what"),
    [("log_out", "POST /s1/logout"), ("start_import", "POST /s1/sync"), ("cancel_import", "DELETE /s1/sync")],
)
async def test_a_command_is_asked_for_once_and_its_failure_is_seen(
    numbers: NumbersPresenter, server: Server, desk: Desk, command: str, what: str
) -> None:
    server.answer(what, session_json(), status=202)
    getattr(numbers, command)("s1")
    getattr(numbers, command)("s1")
    await until(lambda: desk.busy == [("s1", True), ("s1", False)], "it is done", seen=lambda: desk.busy)
    assert server.asked == [what]
    assert desk.troubles == []
    server.refuse(what, 409, "no_bridge", "This number has no bridge.", hint="Set INBOX_BRIDGE_URL.")
    getattr(numbers, command)("s1")
    await until(lambda: desk.troubles == [("s1", "This number has no bridge. Set INBOX_BRIDGE_URL.")], "the words")
    del server.answers[what]
    getattr(numbers, command)("s1")
    await until(lambda: "cannot be reached" in desk.troubles[-1][1], "the words")
    assert desk.busy[-1] == ("s1", False)


async def test_the_end_of_an_import_is_told_once(room: Room, numbers: NumbersPresenter, desk: Desk) -> None:
    async def sync(status: str, synced: int) -> None:
        state = SyncState(status=status, synced_count=synced, total_count=9)
        await room.event(sessions=[rows.session("s1", version=room.head, sync=state)])

    await sync("completed", 0)
    await sync("running", 3)
    await sync("running", 6)
    await sync("completed", 9)
    await sync("completed", 9)
    await until(lambda: [each.synced for each in desk.ended] == [9], "it is told", seen=lambda: desk.ended)
    await sync("running", 1)
    await sync("cancelled", 2)
    await sync("running", 1)
    await sync("failed", 1)
    await until(lambda: [each.sync_status for each in desk.ended] == ["completed", "failed"], "the failure is told")


async def test_an_import_that_ended_while_the_program_was_closed_is_told(room: Room, api: Api, desk: Desk) -> None:
    running = SyncState(status="running", synced_count=3, total_count=9)
    await room.fill(sessions=[rows.session("s1", sync=running)])
    presenter_of(room, api, desk)
    done = SyncState(status="completed", synced_count=9, total_count=9)
    await room.event(sessions=[rows.session("s1", version=room.head, sync=done)])
    await until(lambda: len(desk.ended) == 1, "it is told")


async def test_a_number_is_added_its_codes_follow_each_other_and_it_connects(
    room: Room, linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    server.answer("POST ", {"session": session_json()}, status=201)
    server.answer(
        "GET /s1/qr",
        {"status": "connecting"},
        {"status": "qr", "qr": "2@one"},
        {"status": "qr", "qr": "2@two"},
        {"status": "syncing"},
        {"status": "connected"},
    )
    linking.add_number()
    linking.submit(TYPED)
    assert dialog.busy
    await until(lambda: dialog.connected, "it is connected", seen=lambda: dialog.links)
    assert [(row.status, row.code) for row in dialog.links] == [
        ("connecting", None),
        ("qr", "2@one"),
        ("qr", "2@two"),
        ("syncing", None),
    ]
    assert {row.number for row in dialog.links} == {NUMBER}
    assert b'"display_name":null' in server.bodies[0]
    state = SyncState(status="running", synced_count=3, total_count=9)
    await room.event(sessions=[rows.session("s1", version=room.head, sync=state)])
    await until(lambda: dialog.connected[-1].synced == 3, "the import's progress is followed")


async def test_what_was_wrong_with_the_form_is_said_at_its_field(
    linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    linking.add_number()
    server.refuse("POST ", 422, "invalid", "Needed.", field="meta.phone_number_id", hint="See Meta's console.")
    linking.submit(TYPED)
    await until(lambda: dialog.error == ("Needed. See Meta's console.", "phone_number_id"), "the words")
    del server.answers["POST "]
    linking.submit(TYPED)
    await until(lambda: dialog.error is not None and "cannot be reached" in dialog.error[0], "the words")


async def test_a_number_on_metas_cloud_api_ends_with_what_its_console_needs(
    linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    added = {"session": session_json(provider_type="meta"), "verify_token": "3q2"}
    server.answer("POST ", added, status=201)
    linking.add_number()
    linking.submit(
        NewNumber(provider_type="meta", phone_number=NUMBER, display_name="Sales", phone_number_id="1", app_secret="x")
    )
    await until(lambda: dialog.meta, "the end")
    address = "https://inbox.example.com/api/meta/webhook"
    assert dialog.meta == [MetaHookRow(number=NUMBER, address=address, verify_token="3q2")]
    assert b'"app_secret":"x"' in server.bodies[0]
    assert b'"access_token":null' in server.bodies[0]
    assert "GET /s1/qr" not in server.asked


async def test_an_added_number_whose_bridge_is_away_says_so_and_is_tried_again(
    linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    failed = session_json("failed", status_reason="The bridge of this number cannot be reached.")
    server.answer("POST ", {"session": failed}, status=201)
    server.refuse("POST /s1/start", 503, "bridge_unreachable", "Still away.")
    server.answer("GET /s1/qr", {"status": "qr", "qr": "2@one"})
    linking.add_number()
    linking.submit(TYPED)
    await until(lambda: dialog.failed == [(NUMBER, "The bridge of this number cannot be reached.")], "the reason")
    linking.retry()
    await until(lambda: dialog.failed[-1] == (NUMBER, "Still away."), "the new reason")
    server.answer("POST /s1/start", session_json(), status=202)
    linking.retry()
    await until(lambda: dialog.links[-1].code == "2@one", "the code")


async def test_connecting_again_is_not_confused_by_the_state_it_was_left_in(
    room: Room, linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    server.answer("POST /s1/start", session_json(), status=202)
    server.answer(
        "GET /s1/qr",
        {"status": "logged_out"},
        {"status": "logged_out"},
        {"status": "qr", "qr": "2@one"},
        {"status": "failed"},
    )
    reason = "Max qrcode retries reached"
    await room.event(sessions=[rows.session("s1", version=room.head, status="failed", status_reason=reason)])
    linking.connect("s1")
    await until(lambda: dialog.failed == [(NUMBER, reason)], "the reason", seen=lambda: dialog.failed)
    assert [row.status for row in dialog.links] == ["connecting", "qr"]


async def test_while_the_server_is_away_the_code_is_marked_and_asked_for_again(
    linking: LinkingPresenter, server: Server, dialog: Dialog
) -> None:
    server.answer("POST /s1/start", session_json(), status=202)
    server.answer("GET /s1/qr", {"status": "qr", "qr": "2@one"})
    linking.connect("s1")
    await until(lambda: dialog.links[-1].code == "2@one", "the code")
    del server.answers["GET /s1/qr"]
    await until(lambda: dialog.links[-1].trouble, "the trouble")
    assert dialog.links[-1].code == "2@one"
    server.answer("GET /s1/qr", {"status": "qr", "qr": "2@two"})
    await until(lambda: (dialog.links[-1].code, dialog.links[-1].trouble) == ("2@two", ""), "the new code")


async def test_a_closed_dialog_asks_nothing_more(linking: LinkingPresenter, server: Server, dialog: Dialog) -> None:
    server.answer("POST /s1/start", session_json(), status=202)
    server.answer("GET /s1/qr", {"status": "qr", "qr": "2@one"})
    linking.connect("s1")
    await until(lambda: dialog.links[-1].code == "2@one", "the code")
    linking.leave()
    asked = len(server.asked)
    linking.connect("gone")
    linking.retry()
    linking.submit(TYPED)
    assert len(server.asked) == asked
