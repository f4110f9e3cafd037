#!/bin/sh
# Prints the Python to set up with (that of .venv where it is there already, which starts fastest), or says in
# one line what is missing on this machine.
missing=""
found=""
for name in .venv/bin/python python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$(command -v "$name")
        break
    fi
done
if [ -z "$found" ]; then
    missing="Python 3.11 or later"
elif [ ! -x .venv/bin/python ] && ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    missing="the venv module of $found (on Debian and Ubuntu: apt-get install python3-venv)"
fi
if ! command -v git >/dev/null 2>&1; then
    missing="git${missing:+, }$missing"
fi
if [ -n "$missing" ]; then
    echo "Missing on this machine: $missing." >&2
    exit 1
fi
echo "$found"
