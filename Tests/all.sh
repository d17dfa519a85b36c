#!/bin/bash
# Runs all tests. As root it installs what they need from Debian; else that must be there:
# libre2-dev liblua5.4-dev python3-venv nginx valgrind binutils chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
passed=0
failed=0
apus=.build/release/apus

step() {
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    if "$@"; then
        passed=$((passed + 1))
        echo "== $name: passed in $((SECONDS - start)) s"
    else
        failed=$((failed + 1))
        echo "== $name: FAILED after $((SECONDS - start)) s"
    fi
}

install() {
    [ "$(id -u)" = 0 ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    local package missing=()
    for package in libre2-dev liblua5.4-dev python3 python3-venv nginx-light valgrind binutils chromium iptables iproute2; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    command -v nginx >/dev/null && missing=("${missing[@]/nginx-light/}")
    local wanted=()
    for package in "${missing[@]}"; do [ -z "$package" ] || wanted+=("$package"); done
    [ ${#wanted[@]} = 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}"; }
}

# Builds, and lets no warning about our own sources pass.
build() {
    local log status=0
    log=$(mktemp)
    swift build "$@" >"$log" 2>&1 || status=1
    [ $status = 0 ] || grep -E 'error:' "$log" | sort -u | head -50
    if grep -E "^($PWD/)?(Sources|Tests|Package.swift).*warning:|^warning: '$(basename "$PWD")'" "$log" | sort -u | grep .; then
        status=1
    fi
    tail -n 1 "$log"
    rm -f "$log"
    return $status
}

install
step 'format' swift format lint -r --strict Package.swift Sources Tests
step 'debug build' build --build-tests
step 'swift test' swift test --skip-build --parallel
step 'fuzz' env FUZZ_SECONDS="${FUZZ_SECONDS:-60}" swift test --skip-build --filter freshSeeds
step 'release build' build -c release --product apus
step 'ready configurations' "$apus" validate conf/*.yaml conf/*/*.yaml
step 'filters' "$apus" lua test filters/*.lua filters/lib/*.lua
step 'bookinfo page' python3 Tests/bookinfo/page.py --apus "$apus"
step 'httpbin' python3 Tests/httpbin/mirroring.py --apus "$apus"
step 'differential' python3 Tests/differential/differential.py --apus "$apus" --requests "${DIFFERENTIAL_REQUESTS:-5000}"
step 'rules, killed' python3 Tests/rules/kill.py --apus "$apus" --kills "${KILLS:-50}"
step 'rules, reloaded' python3 Tests/rules/reload.py --apus "$apus" --applies "${APPLIES:-200}"
step 'rules, redirected' python3 Tests/rules/redirected.py --apus "$apus"
step 'rules, bad' python3 Tests/rules/bad.py --apus "$apus" --mutations "${MUTATIONS:-100}"
step 'soak' python3 Tests/soak/soak.py --apus "$apus" --seconds "${SOAK_SECONDS:-60}"
step 'guard' python3 Tests/guard/instructions.py --apus "$apus"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
