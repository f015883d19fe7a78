#!/bin/sh
# Finds a Python that is new enough, since nothing else here can run without one.
set -u
cd "$(dirname "$0")/.." || exit 1

for python in python3.11 python3.12 python3.13 python3 python; do
    # Run, not only looked up: a pyenv shim may stand there and lead nowhere.
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" -m tools.bootstrap "$@"
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "${PARTYLINE_APT_TRIED:-}" ]; then
    echo "Python 3.11 is missing: installing it with apt-get."
    apt-get update -q && apt-get install -q -y python3 python3-venv
    PARTYLINE_APT_TRIED=1 exec sh "$0" "$@"
fi
echo "Python 3.11 or newer is missing. Install it, for example as root on Debian 12:" >&2
echo "    apt-get install python3 python3-venv" >&2
exit 1
