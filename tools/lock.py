"""Write the lock files anew: universal, with hashes, and without the address of any package index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.prefix) / "bin"
SETS = ("requirements", "requirements-dev", "requirements-build")
OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-header",
)


def main() -> int:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    for name in SETS:
        compile_it = [
            str(BIN / "uv"),
            "pip",
            "compile",
            *OPTIONS,
            *sys.argv[1:],
            "--quiet",
            f"{name}.in",
            "-o",
            f"{name}.txt",
        ]
        if subprocess.run(compile_it, check=False, cwd=ROOT).returncode:
            return 1
        print(f"lock: {name}.txt")
    if shutil.which("npm", path=environment["PATH"]):
        npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--silent"]
        if subprocess.run(npm, check=False, cwd=ROOT, env=environment).returncode:
            return 1
        print("lock: package-lock.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
