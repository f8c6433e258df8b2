# Sourced by the scripts beside it: says what is done and how long it took, and installs what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CCACHE_BASEDIR="$PWD"

say() { printf '\n== %s\n' "$*"; }

# step TEXT COMMAND...: runs a command and says how long it took. Its output goes to a log that is shown if it fails.
step() {
  local text=$1 start=$SECONDS log code=0
  shift
  log=$(mktemp)
  printf '== %s ... ' "$text"
  "$@" >"$log" 2>&1 || code=$?
  if [ $code -ne 0 ]; then
    printf 'FAILED (status %s) after %s s\n' "$code" $((SECONDS - start))
    tail -n 60 "$log"
    rm -f "$log"
    exit $code
  fi
  printf '%s s\n' $((SECONDS - start))
  rm -f "$log"
}

BUILD_PACKAGES="g++ cmake ninja-build ccache libasio-dev libpoco-dev libsqlite3-dev libxerces-c-dev libcli11-dev libexpected-dev libssl-dev
libzmq3-dev cppzmq-dev libmsgpack-cxx-dev"
TEST_PACKAGES="libgtest-dev parallel libgmock-dev librapidcheck-dev python3 python3-jsonschema python3-junitparser libxml2-utils dnsmasq-base iproute2 curl openssl
chromium chromium-driver python3-selenium python3-pyftpdlib nginx-light python3-locust tshark"

# need PACKAGE...: installs those Debian packages that are missing.
need() {
  local missing="" package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "These packages are missing; install them and come again:"
    echo "  sudo apt-get install$missing"
    exit 4
  fi
  export DEBIAN_FRONTEND=noninteractive
  step "package lists" apt-get update -q
  # shellcheck disable=SC2086
  step "installing$missing" apt-get install -y -q --no-install-recommends $missing
}

cores() { nproc; }
