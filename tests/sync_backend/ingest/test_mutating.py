"""A short run of the search that `make test-payloads` makes long."""

from __future__ import annotations

from pathlib import Path

from tests.sync_backend.ingest.mutating import search


def test_no_spoilt_payload_breaks_a_webhook_or_takes_its_neighbours_along(tmp_path: Path) -> None:
    search(tmp_path, 150)
