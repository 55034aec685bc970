"""Marks statements that SQLite answers sooner than a trip to its thread would take.

Such a statement runs where it is asked for, on the event loop; the driver takes all others, and whatever has to wait
for another writer or for the disk (`COMMIT`), to the connection's thread. So only what finds a bounded number of rows
by key may be marked. On other databases the mark means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import sqlalchemy as sa

_OPTION: Final = "brief"
BRIEF: Final[Mapping[str, bool]] = {_OPTION: True}
"""The mark, for statements that are brief with some parameters only: `execute(…, execution_options=BRIEF)`."""

_Statement = TypeVar("_Statement", bound=sa.Executable)


def brief(statement: _Statement) -> _Statement:
    """The statement, marked."""
    return statement.execution_options(**BRIEF)


def is_marked_brief(options: Mapping[str, object]) -> bool:
    """Whether these execution options bear the mark."""
    return _OPTION in options
