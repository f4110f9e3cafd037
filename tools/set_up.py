"""Make `.venv` from a lock file and build the assets; both only where something has changed.

Standard library only: it runs before anything is installed. `run` installs what the site needs, `dev` what
its tests and checks need as well (the second lock holds the first).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PREPARED = ROOT / "var" / "prepared" / "meaning"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}


def stamp_of(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def hash_of(kind: str) -> str:
    return hashlib.sha256(LOCKS[kind].read_bytes()).hexdigest()


def is_installed(kind: str) -> bool:
    """True where this very lock, or the larger one that holds it, is what the environment was made from."""
    if not PYTHON.exists():  # also where its link leads to a Python that is gone
        return False
    kinds = {kind, "dev"}
    return any(stamp_of(one).is_file() and stamp_of(one).read_text() == hash_of(one) for one in kinds)


def install(kind: str) -> None:
    if not PYTHON.exists():
        import venv

        print("set-up: making .venv", flush=True)
        venv.create(VENV, clear=VENV.exists(), with_pip=True)
    for stamp in (*VENV.glob("installed-*"), PREPARED):
        stamp.unlink(missing_ok=True)
    print(f"set-up: installing {LOCKS[kind].name} (a minute or so the first time)", flush=True)
    try:
        with_uv(LOCKS[kind])
    except (OSError, subprocess.CalledProcessError):  # it knows nothing of an index that only pip is told of
        print("set-up: uv could not; pip goes on, which takes longer", flush=True)
        with_pip(LOCKS[kind])
    stamp_of(kind).write_text(hash_of(kind))


def prepare_meaning() -> None:
    """Keeps the encoder as it stands in memory, which starts every process sooner; without it all works as well."""
    keep = "from community_book.search.texts import prepared; prepared.prepare()"
    if subprocess.run([PYTHON, "-c", keep], check=False, cwd=ROOT, capture_output=True).returncode:
        print("set-up: the encoder could not be kept; its model is read at each start", flush=True)


def with_uv(lock: Path) -> None:
    """Installs a lock with uv, which pip fetches first: seconds where pip takes a minute."""
    own = ROOT / "var" / "requirements-uv.txt"
    own.write_text(packages_of(LOCKS["dev"].read_text())["uv"])
    with_pip(own)
    quick = {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "20", "UV_NO_PROGRESS": "1", **os.environ}
    options = ["--quiet", "--python", str(PYTHON), "--require-hashes", "--no-deps"]
    subprocess.run(
        [str(VENV / "bin" / "uv"), "pip", "install", *options, "-r", str(lock)],
        check=True,
        env=quick,
        stderr=subprocess.DEVNULL,
    )


def with_pip(lock: Path) -> None:
    """Installs a lock with pip. What is never imported is not compiled either."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)


def packages_of(lock: str) -> dict[str, str]:
    """What a lock says of each package, by its name: version and hashes."""
    parts = re.split(r"(?m)^(?=[a-z0-9])", lock)[1:]
    return {re.split(r"[=\[ ]", part)[0]: part for part in parts}


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in LOCKS:
        print("set-up: say run or dev", file=sys.stderr)
        return 2
    try:
        if not (is_installed(kind) and PREPARED.is_file()):
            (ROOT / "var").mkdir(exist_ok=True)
            with (ROOT / "var" / "set-up.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # make run beside make test: the second waits
                if not is_installed(kind):
                    install(kind)
                if not PREPARED.is_file():
                    prepare_meaning()
    except (OSError, subprocess.CalledProcessError) as failure:
        print(f"set-up: did not work ({failure}); what is above says why", file=sys.stderr)
        return 1
    sys.path.insert(0, str(ROOT))
    from tools.build_assets import is_up_to_date

    if is_up_to_date():
        return 0
    return subprocess.run([PYTHON, ROOT / "tools" / "build_assets.py"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
