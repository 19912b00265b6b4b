#!/usr/bin/env bash
# Runs a command with a Docker engine: the one that answers here, else one of its own, which ends with the last command that
# uses it. Where none can be had it says so and runs the command without.
#
#     scripts/with-docker.sh npx vitest run --project real tests/platforms/compose-docker.real.test.ts
#
# Its own engine is Debian's, and wants root. It hears on nothing but its socket, and changes nothing in this machine's network:
# containers reach each other, and are reached on published ports. Images outlive it in ~/.cache/seaworthy/docker. The tests that
# reach it by SSH start a server of their own: with the engine comes Debian's, as a program that nothing starts.
set -euo pipefail

scripts="$(cd "$(dirname "$0")" && pwd)"
here="${XDG_CACHE_HOME:-$HOME/.cache}/seaworthy/docker"
log="$here/engine.log"
compose=github.com/docker/compose/v2@v2.40.3

main() {
  if ! answers && [ "$(id -u)" = 0 ] && install_engine; then
    use_own_engine
    install_sshd
  fi
  if answers; then
    has_compose || install_compose || echo "no plugin for compose files: it is built by Go, and there is none"
  fi
  "$@" 9>&-
}

answers() { docker version >/dev/null 2>&1; }

has_compose() { docker compose version >/dev/null 2>&1; }

install_engine() {
  command -v dockerd >/dev/null && return
  command -v apt-get >/dev/null || { echo "no Docker engine answers, and there is no apt to install one"; return 1; }
  echo "installing Debian's docker.io"
  without_services apt-get install -qq -y --no-install-recommends docker.io >/dev/null
}

install_sshd() {
  if [ -x /usr/sbin/sshd ]; then return; fi
  echo "installing Debian's openssh-server"
  # It would begin to listen when the machine is started next.
  mkdir -p /etc/systemd/system
  [ -e /etc/systemd/system/ssh.service ] || ln -s /dev/null /etc/systemd/system/ssh.service
  without_services apt-get install -qq -y --no-install-recommends openssh-server >/dev/null
}

# Debian's way to install a service that is not to start: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
without_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  apt-get update -qq
  if [ -e "$policy" ]; then "$@" || status=$?; else
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    "$@" || status=$?
    rm "$policy"
  fi
  return "$status"
}

# Everybody who uses the engine holds the lock, so that the last one can tell that it is the last.
use_own_engine() {
  mkdir -p "$here"
  [ -e "$here/config.json" ] || echo '{}' >"$here/config.json"
  exec 9>"$here/users"
  flock --shared 9
  export DOCKER_HOST="unix://$here/engine.sock" DOCKER_CONFIG="$here"
  trap leave_engine EXIT
  answers || start_engine
  if answers; then
    "$scripts/../node_modules/.bin/tsx" "$scripts/base-images.ts" --load || echo "the Docker engine has no base images: tests that need them are skipped"
  fi
}

start_engine() {
  setsid dockerd --host "$DOCKER_HOST" --data-root "$here/data" --exec-root "$here/run" --pidfile "$here/engine.pid" \
    --bridge none --iptables=false --ip-forward=false --ip-masq=false >"$log" 2>&1 9>&- &
  for _ in $(seq 60); do
    if answers; then return; fi
    sleep 0.5
  done
  echo "the Docker engine did not come up within 30 s ($log): tests that need it are skipped"
}

leave_engine() {
  if ! flock --exclusive --nonblock 9 || [ ! -e "$here/engine.pid" ]; then return; fi
  local pid
  pid="$(cat "$here/engine.pid")"
  clear_engine >/dev/null 2>&1 || true
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.5
  done
  kill -KILL "$pid"
}

# What tests that broke off have left; it is nobody else's engine.
clear_engine() {
  docker ps --all --quiet | xargs --no-run-if-empty docker rm --force
  docker system prune --force --volumes
}

install_compose() {
  export DOCKER_CONFIG="$here"
  has_compose && return
  command -v go >/dev/null || return 1
  local source work
  echo "building $compose"
  source="$(go mod download -json "$compose" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')"
  work="$(mktemp -d)"
  # It cannot be installed by name: its go.mod replaces modules.
  cp -R "$source/." "$work" && chmod -R u+w "$work"
  mkdir -p "$here/cli-plugins"
  (cd "$work" && go build -ldflags "-X github.com/docker/compose/v2/internal.Version=${compose##*@}" \
    -o "$here/cli-plugins/docker-compose" ./cmd)
  rm -r "$work"
}

main "$@"
