"""However a client comes by its rows, it ends with what the server holds."""

import pytest

from sync_backend.clock import system_clock
from sync_backend.database.epoch import renew_epoch
from tests.sync_backend.stage import Number, Stage, Team
from tests.sync_backend.sync.world import KINDS, Replica, Traffic

STEPS = 150


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_changes_and_snapshot_end_in_the_same_state(stage: Stage, team: Team, number: Number, seed: int) -> None:
    traffic = Traffic(stage, number, seed)
    follower, late = Replica(), Replica()
    for step in range(STEPS):
        await traffic.step()
        if step == STEPS // 2:
            await late.fetch(stage, team)
        if step % 10 == 0:
            await follower.pull(stage, team, limit=7)
    await follower.pull(stage, team)
    await late.pull(stage, team)
    fresh, beginner = Replica(), Replica()
    await fresh.fetch(stage, team)
    await beginner.pull(stage, team, limit=11)
    assert follower.cursor == late.cursor == fresh.cursor == beginner.cursor == await stage.head(team)
    assert fresh.living() == beginner.living() == follower.living() == late.living()


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
async def test_a_walk_loses_nothing_while_rows_move(stage: Stage, team: Team, number: Number, limit: int) -> None:
    """What moves above the pinned head comes with the next pull."""
    traffic = Traffic(stage, number, 4)
    for _ in range(40):
        await traffic.step()
    replica = Replica()

    async def stir() -> None:
        await traffic.step()
        await stage.says(number, "lagi")

    assert await replica.pull(stage, team, limit=limit, between=stir) > 1
    assert replica.cursor < await stage.head(team)
    await replica.pull(stage, team)
    fresh = Replica()
    await fresh.fetch(stage, team)
    assert replica.living() == fresh.living()


async def test_a_snapshot_loses_nothing_while_chats_move(stage: Stage, team: Team, number: Number) -> None:
    for index in range(60):
        await stage.says(number, "Halo", contact_phone=f"62812345678{index:02}@c.us")
        stage.pass_time(1000)
    stirring = iter(range(0, 60, 7))

    async def stir() -> None:
        await stage.says(number, "lagi", contact_phone=f"62812345678{next(stirring):02}@c.us")

    replica = Replica()
    assert await replica.fetch(stage, team, between=stir) >= 3
    in_snapshot = set(replica.rows["conversations"])
    await replica.pull(stage, team)
    # A chat that rose past the walk comes with the pull, as one whose history is still to be fetched.
    for conversation_id in set(replica.rows["conversations"]) - in_snapshot:
        for message in await stage.messages(team, conversation_id):
            replica.rows["messages"].setdefault(message["id"], message)
    fresh = Replica()
    await fresh.fetch(stage, team)
    assert replica.living() == fresh.living()
    assert len(fresh.living()["conversations"]) == 60


async def test_pages_of_changes_hold_no_more_rows_than_asked(stage: Stage, team: Team, number: Number) -> None:
    traffic = Traffic(stage, number, 5)
    for _ in range(60):
        await traffic.step()
    cursor = None
    while True:
        page = await stage.get(team, "/changes", since=0, limit=12, **({"cursor": cursor} if cursor else {}))
        assert sum(len(page[kind]) for kind in KINDS) <= 12
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def test_the_snapshots_first_page_makes_a_list(stage: Stage, team: Team, number: Number) -> None:
    await stage.number(team, phone_number="+628110000002", version=1)
    for index in range(30):
        stage.pass_time(1000)
        await stage.says(number, f"no. {index}", contact_phone=f"62812345678{index:02}@c.us")
    for index in range(55):
        await stage.says(number, f"more {index}", contact_phone="6281234567829@c.us")
    page = await stage.get(team, "/snapshot")
    assert len(page["sessions"]) == 2
    newest = sorted(page["conversations"], key=lambda row: row["last_message_at"])[-1]
    assert newest["last_message"]["body"] == "more 54"
    assert len([each for each in page["messages"] if each["conversation_id"] == newest["id"]]) == 50
    assert page["next_cursor"] is not None


async def test_people_and_groups_without_a_chat_are_in_the_snapshot(stage: Stage, team: Team, number: Number) -> None:
    await stage.post(number, event="group_update", group_jid="1@g.us", group_name="Sepi")
    replica = Replica()
    await replica.fetch(stage, team)
    assert [each["name"] for each in replica.rows["groups"].values()] == ["Sepi"]


class TestRefusals:
    async def refused(self, stage: Stage, team: Team, path: str, **query: object) -> tuple[int, str]:
        answer = await stage.client.get(f"/api/v1{path}", params=query, headers=team.headers)  # type: ignore[arg-type]  # httpx takes any scalar
        return answer.status_code, answer.json()["error"]["code"]

    async def test_another_epoch(self, stage: Stage, team: Team, number: Number) -> None:
        for index in range(60):
            await stage.says(number, "Halo", contact_phone=f"62812345678{index:02}@c.us")
        epoch = (await stage.get(team, "/changes", since=0))["epoch"]
        walk = (await stage.get(team, "/changes", since=0, limit=1))["next_cursor"]
        snapshot = (await stage.get(team, "/snapshot"))["next_cursor"]
        assert (await stage.get(team, "/changes", since=1, epoch=epoch))["epoch"] == epoch
        async with stage.services.writes.begin() as connection:
            await renew_epoch(connection, system_clock())
        for query in ({"since": 1, "epoch": epoch}, {"cursor": walk}):
            assert await self.refused(stage, team, "/changes", **query) == (409, "epoch_changed")
        assert await self.refused(stage, team, "/snapshot", cursor=snapshot) == (409, "epoch_changed")

    async def test_a_head_that_was_never_reached(self, stage: Stage, team: Team) -> None:
        assert await self.refused(stage, team, "/changes", since=1) == (409, "epoch_changed")

    @pytest.mark.parametrize(
        "query",
        [{}, {"since": -1}, {"since": "x"}, {"since": 0, "limit": 0}, {"since": 0, "limit": 501}, {"cursor": "x"}]
        + [{"cursor": cursor} for cursor in ("", "é", "W10", "bnVsbA", "WyJhIiwxLDIsMyw5OTk5OTk5OTk5OTk5OTk5OTk5OV0")],
    )
    async def test_nonsense(self, stage: Stage, team: Team, query: dict[str, object]) -> None:
        assert await self.refused(stage, team, "/changes", **query) == (422, "invalid")

    async def test_a_cursor_of_another_list(self, stage: Stage, team: Team, number: Number) -> None:
        for index in range(60):
            await stage.says(number, "Halo", contact_phone=f"62812345678{index:02}@c.us")
        cursor = (await stage.get(team, "/changes", since=0, limit=1))["next_cursor"]
        assert await self.refused(stage, team, "/snapshot", cursor=cursor) == (422, "invalid")
