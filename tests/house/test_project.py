"""What the repository as a whole promises: pins, one list of static checks, nothing of the machine it was made on."""

import re
import subprocess
import tomllib
from configparser import ConfigParser

from tests.house.sources import PRODUCT, ROOT

# Spelled in pieces, so that this file does not find itself.
REGISTRY_HOSTS = "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "deb" + r"ian\.org"))
MACHINE_PATHS = "|".join(("/" + "work/", "/" + "root/", "/" + r"home/[a-z]+/", "/" + "Users/"))
FOREIGN = re.compile(rf"{REGISTRY_HOSTS}|(?<![\w.~-])(?:{MACHINE_PATHS})")


def tracked_files() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_host_or_a_path_of_one_machine() -> None:
    found = []
    for name in tracked_files():
        content = (ROOT / name).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if FOREIGN.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []


def test_pyproject_names_every_package_and_the_contracts_watch_them_all() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    assert sorted(pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == sorted(PRODUCT)
    assert sorted(contracts["importlinter"]["root_packages"].split()) == sorted(PRODUCT)


def test_every_pinned_package_carries_hashes() -> None:
    for lock in ("requirements.lock", "scripts/pins/uv.txt", "scripts/pins/node.txt"):
        unhashed = re.findall(r"^[\w.\[\]-]+==(?!.*\\$).*$", (ROOT / lock).read_text(), re.MULTILINE)
        assert unhashed == [], lock


def test_pre_commit_runs_the_checks_of_make_lint() -> None:
    hooks = re.findall(r"entry: make .*?(\S+)$", (ROOT / ".pre-commit-config.yaml").read_text(), re.MULTILINE)
    lint = re.search(r"^lint: ([^#\n]*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert lint
    assert hooks == lint.group(1).split()
