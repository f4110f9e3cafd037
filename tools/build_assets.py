"""Build the stylesheet and fetch the script of GOV.UK Frontend into `static/built/`.

Standard library only, because it runs while the project is being set up. Node comes from the system when it
is there and new enough, else from the wheel in `requirements-build.txt`, which brings its own npm. When
nothing has changed since the last build it only compares a few hashes and ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
BUILT = STATIC / "built"
STAMP = BUILT / "stamp.json"
MODULES = ROOT / "node_modules"
MODULES_STAMP = MODULES / ".installed-from"
SCRIPT = MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js"
OUTPUTS = (BUILT / "app.css", BUILT / "govuk-frontend.min.js")
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
OLDEST_NODE = (20, 19)


class BuildFailed(Exception):
    """A step of the build failed; the text says which, and what it printed."""


def hash_of(paths: list[Path]) -> str:
    """One hash over names and contents; a missing file counts as missing, not as an error."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b"missing"
        total.update(f"{path.relative_to(ROOT)}:{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()


def packages_hash() -> str:
    return hash_of([ROOT / name for name in PACKAGE_FILES])


def sources_hash() -> str:
    sheets = sorted(STATIC.rglob("*.scss"))
    return hash_of([*(ROOT / name for name in PACKAGE_FILES), Path(__file__).resolve(), *sheets])


def is_up_to_date() -> bool:
    """True where the last build came from these very sources and its output is still as it was left."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return bool(
        stamp == {"sources": sources_hash(), "outputs": hash_of(list(OUTPUTS))}
        and all(path.is_file() for path in OUTPUTS)
    )


def run(step: str, command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"{step} failed:\n{(done.stdout + done.stderr).strip()[-4000:]}")


def node_version(node: str) -> tuple[int, int]:
    """Major and minor version, or zeros where it does not start."""
    try:
        answer = subprocess.check_output([node, "--version"], text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)\.", answer)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def node_environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are found, installing the wheel where the system has none."""
    environment = dict(os.environ)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return environment
    if sys.prefix == sys.base_prefix:
        raise BuildFailed("No Node with npm here: run this with the Python of .venv.")
    bin_folder = Path(sys.prefix) / "bin"
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment.get('PATH', os.defpath)}"
    if not (bin_folder / "npm").exists():
        print("assets: no Node with npm on this machine, installing the wheel", flush=True)
        wheel = ["--require-hashes", "-q", "-r", str(ROOT / "requirements-build.txt")]
        run("Installing Node", [sys.executable, "-m", "pip", "install", *wheel], environment)
    return environment


def install_packages(environment: dict[str, str]) -> None:
    wanted = packages_hash()
    if MODULES_STAMP.is_file() and MODULES_STAMP.read_text() == wanted:
        return
    run("npm ci", ["npm", "ci", "--ignore-scripts", "--no-progress"], environment)
    MODULES_STAMP.write_text(wanted)


def build() -> None:
    """Install the packages and write both files, each replaced whole: nobody reads half of one."""
    environment = node_environment()
    sources = sources_hash()
    install_packages(environment)
    sheet, script = OUTPUTS
    draft = BUILT / "app.css.draft"
    sass = ["node", str(MODULES / "sass" / "sass.js"), "--no-error-css", "--no-source-map"]
    paths = ["--style=compressed", f"--load-path={MODULES}", f"--load-path={STATIC}", "--quiet-deps"]
    run("sass", [*sass, *paths, str(STATIC / "app.scss"), str(draft)], environment)
    draft.replace(sheet)
    draft = BUILT / "script.draft"
    shutil.copyfile(SCRIPT, draft)
    draft.replace(script)
    STAMP.write_text(json.dumps({"sources": sources, "outputs": hash_of(list(OUTPUTS))}))


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two builds at once (`make run` beside `make test`) wait for each other."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    if is_up_to_date():
        return 0
    try:
        with one_at_a_time():
            if not is_up_to_date():
                print("assets: building the stylesheet", flush=True)
                build()
    except BuildFailed as failure:
        print(f"assets: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
