"""Finds the project's own Python files, for the tests that read them as text or syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("inbox_app", "local_cache", "resources", "simulator", "sync_backend", "ui", "wire")
PACKAGES = (*PRODUCT, "benchmarks", "tests")


def modules(*packages: str) -> list[Path]:
    """The Python files of the packages (all of ours when none is named), as paths relative to the root."""
    return sorted(
        path.relative_to(ROOT)
        for package in packages or PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts
    )


def parse(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), str(module))


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Every dotted name that an import statement anywhere in the tree mentions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called_names(tree: ast.AST) -> Iterator[str]:
    """The last name of every call: `now` for `datetime.now()`, `open` for `open()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id
