"""A role holds the rights of those below it, and an unknown one holds none."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI

from sync_backend.administration.workspaces import WorkspaceEntry
from sync_backend.auth.dependencies import user_with
from sync_backend.auth.roles import SUPERVISOR
from sync_backend.auth.tokens import SignedInUser
from tests.sync_backend.backend import add_agent, client_of, token_of


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 200), ("admin", 200)])
async def test_a_supervisors_route_is_closed_to_agents(
    app: FastAPI, workspace: WorkspaceEntry, role: str, status: int
) -> None:
    @app.get("/supervisors-only")
    async def route(user: Annotated[SignedInUser, Depends(user_with(SUPERVISOR))]) -> str:
        return user.role

    token = await token_of(app, await add_agent(app, workspace, "x@example.com", role=role))
    async with client_of(app, token) as client:
        assert (await client.get("/supervisors-only")).status_code == status
