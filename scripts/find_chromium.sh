#!/usr/bin/env bash
# Prints the Chromium that the browser tests drive; on Debian as root, installs it and Chinese fonts when missing.
# $CHROMIUM names another.
set -euo pipefail

find_chromium() {
    local name
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome /Applications/Chromium.app/Contents/MacOS/Chromium; do
        command -v "$name" && return
    done
    return 1
}

missing=()
[ -n "${CHROMIUM:-}" ] || find_chromium >/dev/null || missing+=(chromium)
if command -v dpkg >/dev/null; then
    dpkg -s fonts-noto-cjk >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
fi
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]}" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! find_chromium; then
    echo "The browser tests need Chromium. Debian: sudo apt-get install -y chromium fonts-noto-cjk" >&2
    echo "Elsewhere install it and name it: make test CHROMIUM=/path/to/chromium" >&2
    exit 1
fi
