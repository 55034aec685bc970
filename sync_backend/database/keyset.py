"""Goes on behind a place in an order of two columns, in the one form that every database answers from an index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def behind(first: sa.Column[Any], second: sa.Column[Any], place: tuple[Any, Any]) -> sa.ColumnElement[bool]:
    """Rows after `place` in ascending order. MariaDB would walk the whole list for `(first, second) > (…)`."""
    return sa.and_(first >= place[0], sa.or_(first > place[0], second > place[1]))


def ahead(first: sa.Column[Any], second: sa.Column[Any], place: tuple[Any, Any]) -> sa.ColumnElement[bool]:
    """Rows before `place` in ascending order, which are those after it in descending order."""
    return sa.and_(first <= place[0], sa.or_(first < place[0], second < place[1]))
