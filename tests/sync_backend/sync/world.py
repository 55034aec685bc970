"""Traffic of every kind for the sync tests, and a client that only believes what it is sent."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

from tests.sync_backend.stage import Json, Number, Stage, Team

KINDS: Final = ("sessions", "contacts", "groups", "conversations", "messages")


class Traffic:
    """Random events for one number; what happened once may be spoken of later."""

    def __init__(self, stage: Stage, number: Number, seed: int) -> None:
        self._stage = stage
        self._number = number
        self._random = random.Random(seed)
        self._known: list[str] = []

    async def step(self) -> None:
        kind = self._random.choices(
            ["message", "echo", "ack", "edit", "revoke", "reaction", "read", "status", "group", "merge"],
            [40, 10, 15, 5, 5, 8, 6, 2, 3, 2],
        )[0]
        await getattr(self, f"_{kind}")()

    async def _message(self, **event: Any) -> None:
        message_id = f"M{len(self._known)}"
        self._known.append(message_id)
        late = self._random.choice([0, 0, 0, 90])
        event |= {"message_id": message_id, "timestamp": self._stage.now[0] // 1000 - late}
        if self._random.random() < 0.3:
            jid = f"12036300000000000{self._random.randrange(4)}@g.us"
            await self._stage.says_in_group(self._number, f"to all {message_id}", group_jid=jid, **event)
        else:
            phone = f"628123456789{self._random.randrange(8)}@c.us"
            await self._stage.says(self._number, f"to us {message_id}", contact_phone=phone, **event)
        self._stage.pass_time(self._random.randrange(3000))

    async def _echo(self) -> None:
        await self._message(from_me=True)

    async def _ack(self) -> None:
        await self._news("message_ack", ack=self._random.choice([1, 2, 3]))

    async def _edit(self) -> None:
        await self._news("message_edit", message_body="edited")

    async def _revoke(self) -> None:
        await self._news("message_revoke")

    async def _reaction(self) -> None:
        await self._news("reaction", emoji=self._random.choice(["👍", "❤️", ""]), from_me=True)

    async def _news(self, event: str, **fields: Any) -> None:
        """Of a message that came, or of one that is still to come."""
        message_id = f"M{self._random.randrange(len(self._known) + 2)}"
        await self._stage.post(self._number, event=event, message_id=message_id, **fields)

    async def _read(self) -> None:
        phone = f"628123456789{self._random.randrange(8)}@c.us"
        await self._stage.post(self._number, event="chat_read", chat_type="private", contact_phone=phone)

    async def _status(self) -> None:
        status = self._random.choice(["connected", "reconnecting"])
        await self._stage.post(self._number, event="session_status", status=status)

    async def _group(self) -> None:
        jid = f"12036300000000000{self._random.randrange(6)}@g.us"
        name = f"Grup {self._random.randrange(3)}"
        await self._stage.post(self._number, event="group_update", group_jid=jid, group_name=name)

    async def _merge(self) -> None:
        """Someone writes under a privacy id, and then under both names."""
        digit = self._random.randrange(8)
        both = [{"kind": "lid", "value": f"55{digit}"}, {"kind": "phone", "value": f"+628123456789{digit}"}]
        self._known += [f"M{len(self._known)}", f"M{len(self._known) + 1}"]
        await self._stage.says(self._number, "?", contact_phone=f"55{digit}@lid", message_id=self._known[-2])
        await self._stage.says(
            self._number, "!", contact_phone=f"55{digit}@lid", identities=both, message_id=self._known[-1]
        )


class Replica:
    """Rows by kind and id, each replaced by higher versions only; asserts what every page promises."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Json]] = {kind: {} for kind in KINDS}
        self.cursor = 0

    async def pull(self, stage: Stage, team: Team, *, limit: int = 500, between: Any = None) -> int:
        """One whole walk of changes; `between` is awaited after each page. Returns the number of pages."""
        return await self._walk(stage, team, "/changes", between, since=self.cursor, limit=limit)

    async def fetch(self, stage: Stage, team: Team, *, between: Any = None) -> int:
        """The snapshot."""
        return await self._walk(stage, team, "/snapshot", between)

    async def _walk(self, stage: Stage, team: Team, path: str, between: Any, **query: Any) -> int:
        head: int | None = None
        for pages in range(1, 10_000):
            page = await stage.get(team, path, **query)
            assert head in (None, page["head"]), "the head is pinned by the first page"
            head = page["head"]
            self._apply(page)
            if page["next_cursor"] is None:
                self.cursor = page["head"]
                return pages
            query["cursor"] = page["next_cursor"]
            if between is not None:
                await between()
        raise AssertionError("a walk without an end")

    def _apply(self, page: Mapping[str, Any]) -> None:
        assert_closed(page)
        for kind in KINDS:
            for row in page[kind]:
                held = self.rows[kind].get(row["id"])
                if held is None or row["version"] > held["version"]:
                    self.rows[kind][row["id"]] = row
                elif row["version"] == held["version"]:
                    assert row == held, "one version of a row has one content"

    def living(self) -> dict[str, dict[str, Json]]:
        """Without tombstones, and without what hangs on them."""
        return {
            kind: {key: row for key, row in rows.items() if row["deleted_at"] is None}
            for kind, rows in self.rows.items()
        }


def assert_closed(page: Mapping[str, Any]) -> None:
    """Every row's parents are on the page."""
    ids = {kind: {row["id"] for row in page[kind]} for kind in KINDS}
    for kind in KINDS:
        assert len(ids[kind]) == len(page[kind]), "a row is there once"
        places = [(row["version"], int(row["id"])) for row in page[kind]]
        assert places == sorted(places)
    for row in page["messages"]:
        assert row["conversation_id"] in ids["conversations"]
        assert row["session_id"] in ids["sessions"]
    for row in page["conversations"]:
        assert row["session_id"] in ids["sessions"]
        assert row["contact"] is None or row["contact"]["id"] in ids["contacts"]
        assert row["group"] is None or row["group"]["id"] in ids["groups"]
