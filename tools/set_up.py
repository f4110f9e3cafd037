"""Make `.venv` from a lock file and build the assets; both only where something has changed.

Standard library only: it runs before anything is installed. `run` installs what the site needs, `dev` what
its tests and checks need as well (the second lock holds the first).
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
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
    for stamp in VENV.glob("installed-*"):
        stamp.unlink()
    lock = LOCKS[kind]
    print(f"set-up: installing {lock.name} (a minute or so the first time)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, "-r", str(lock)], check=True)
    stamp_of(kind).write_text(hash_of(kind))


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in LOCKS:
        print("set-up: say run or dev", file=sys.stderr)
        return 2
    try:
        if not is_installed(kind):
            (ROOT / "var").mkdir(exist_ok=True)
            with (ROOT / "var" / "set-up.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # make run beside make test: the second waits
                if not is_installed(kind):
                    install(kind)
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
