#!/usr/bin/env bash
# Prints the first Python that is new enough and can make virtual environments; $PYTHON names another.
set -euo pipefail

for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$python"
        exit
    fi
done
echo "No Python 3.11 or newer with venv was found. Install one (Debian: apt-get install python3-venv), or name it: make PYTHON=/path/to/python3" >&2
exit 1
