"""Rules of the rooms that import contracts cannot see: no clock in wire, no Qt at a distance, empty `__init__`s."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import PRODUCT, ROOT, called_names, imported_names, modules, parse

IMPURE = ("urllib.request", "urllib.error")  # the contract on wire sees no further than `urllib`
CLOCKS_AND_IO = {"now", "utcnow", "today", "open", "print", "input"}
COMPOSITION_ROOT = Path("inbox_app/compose")

IMPORT_ONE_BY_ONE_LOOKING_FOR_QT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    qt = sorted(name for name in sys.modules if name.partition(".")[0] in ("PySide6", "shiboken6", "qasync"))
    if qt:
        sys.exit(f"importing {name} loaded {qt[0]}")
"""


def test_wire_reads_no_clock_and_does_no_io() -> None:
    offences = []
    for module in modules("wire"):
        tree = parse(module)
        offences += [f"{module} calls {name}" for name in called_names(tree) if name in CLOCKS_AND_IO]
        offences += [f"{module} imports {name}" for name in imported_names(tree) if name.startswith(IMPURE)]
    assert offences == []


def test_no_presenter_loads_qt_in_a_fresh_process() -> None:
    entrance = Path("inbox_app/__main__.py")
    presenters = [each for each in modules("inbox_app") if each != entrance and each.parent != COMPOSITION_ROOT]
    names = [".".join(module.with_suffix("").parts).removesuffix(".__init__") for module in presenters]
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_ONE_BY_ONE_LOOKING_FOR_QT, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("package", PRODUCT)
def test_init_files_are_empty(package: str) -> None:
    """A re-export there would slip past the import contracts and load what nobody asked for."""
    assert [
        str(module) for module in modules(package) if module.name == "__init__.py" and (ROOT / module).read_text()
    ] == []


@pytest.mark.parametrize("package", PRODUCT)
def test_every_folder_with_modules_is_a_package(package: str) -> None:
    """Without an `__init__.py` a folder is seen neither by import-linter nor by the wheel."""
    assert [str(m.parent) for m in modules(package) if not (ROOT / m).with_name("__init__.py").exists()] == []


def test_every_module_says_what_it_is_for() -> None:
    mute = [str(m) for m in modules() if m.name != "__init__.py" and not ast.get_docstring(parse(m))]
    assert mute == [], "each needs a one-sentence docstring on top"


def test_packaging_is_no_python_package() -> None:
    assert not (ROOT / "packaging/__init__.py").exists(), "it would shadow PyPI's `packaging`"
