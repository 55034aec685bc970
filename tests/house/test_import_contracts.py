"""Each arrow of the picture in ARCHITECTURE.md is kept by a contract that is seen to fail when the arrow is broken."""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

config = ConfigParser()
config.read(ROOT / ".importlinter")
PACKAGES = config["importlinter"]["root_packages"].split()
NAMES = {
    section.rsplit(":", 1)[1]: config[section]["name"]
    for section in config.sections()
    if section.startswith("importlinter:contract:")
}


OFFENCES = [
    ("wire.offence", "ui.chat_list", {"house", "wire"}),
    ("wire.offence", "asyncio", {"wire"}),
    ("wire.offence", "time", {"wire"}),
    ("wire.offence", "msgspec", {"wire"}),
    ("resources.offence", "ui.chat_list", {"house"}),
    ("ui.offence", "local_cache", {"house"}),
    ("ui.offence", "wire.rows", {"ui"}),
    ("ui.offence", "asyncio", {"ui"}),
    ("ui.offence", "sqlalchemy", {"ui"}),
    ("ui.offence", "httpx", {"ui"}),
    ("ui.offence", "inbox_app", {"house"}),
    ("local_cache.offence", "ui.chat_list", {"house"}),
    ("local_cache.offence", "PySide6.QtCore", {"local_cache"}),
    ("local_cache.offence", "inbox_app", {"house"}),
    ("sync_backend.offence", "inbox_app", {"house"}),
    ("sync_backend.offence", "simulator", {"house"}),
    ("sync_backend.offence", "local_cache", {"servers"}),
    ("simulator.offence", "sync_backend", {"house"}),
    ("simulator.offence", "ui.chat_list", {"servers"}),
    ("inbox_app.offence", "sync_backend", {"house"}),
    ("inbox_app.offence", "simulator", {"house"}),
    ("inbox_app.features.offence", "PySide6.QtCore", {"qt_entrance"}),
    ("inbox_app.sync.offence", "qasync", {"qt_entrance"}),
    ("inbox_app.offence", "fastapi", {"fast_start"}),
    ("wire.offence", "tests.house", {"wire", "product"}),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the packages and their contracts, to be broken."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def add_module(tree: Path, dotted: str, source: str) -> None:
    path = tree.joinpath(*dotted.split(".")).with_suffix(".py")
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(source)


def broken_contracts(tree: Path) -> set[str]:
    """The ids of the contracts that lint-imports reports as broken."""
    run = subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = {id_ for id_, name in NAMES.items() if f"{name} BROKEN" in run.stdout}
    assert run.returncode == (1 if broken else 0), run.stdout + run.stderr
    return broken


def test_the_code_as_it_stands_keeps_every_contract(tree: Path) -> None:
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize(("module", "imported", "contracts"), OFFENCES)
def test_an_import_against_an_arrow_breaks_its_contract(
    tree: Path, module: str, imported: str, contracts: set[str]
) -> None:
    add_module(tree, module, f"import {imported}\n")
    assert contracts <= broken_contracts(tree)


def test_each_contract_is_seen_to_fail() -> None:
    assert set().union(*(contracts for _, _, contracts in OFFENCES)) == set(NAMES)


def test_qt_reaching_a_presenter_through_a_widget_breaks_the_contract(tree: Path) -> None:
    add_module(tree, "ui.chat_list.offending_widget", "from PySide6.QtWidgets import QWidget\n")
    add_module(tree, "inbox_app.features.offence", "import ui.chat_list.offending_widget\n")
    assert "qt_entrance" in broken_contracts(tree)


def test_the_composition_root_may_touch_qt(tree: Path) -> None:
    add_module(tree, "inbox_app.compose.more", "from PySide6.QtWidgets import QWidget\nimport qasync\n")
    assert broken_contracts(tree) == set()
