#!/usr/bin/env bash
# Builds Fly's own program for the tests, from Go's proxy, and leaves alone the one that a user has on PATH.
# It is built as a developer's: one that reports nothing to Fly.
set -euo pipefail

module=github.com/superfly/flyctl
version=v0.3.72
# That of the tag in its repository; pinned, as the checksum database that a machine asks need not have this module.
sum=h1:tE19nSxtnS713PKB1KRWsh41yjzKgbv0QhdBAIt8OXc=
cache="${XDG_CACHE_HOME:-$HOME/.cache}/seaworthy/flyctl"
binary="$cache/$version/flyctl"

main() {
  if [ -x "$binary" ]; then return; fi
  command -v go >/dev/null || { echo "flyctl is built by Go, and there is none"; return 1; }
  echo "building flyctl $version"
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  GONOSUMDB="$module" go mod download -json "$module@$version" >download.json
  [ "$(field Sum)" = "$sum" ] || { echo "flyctl $version is not what it was: its checksum is $(field Sum)"; return 1; }
  # Its own go.sum holds whatever it is built from, which a build by name would not look at.
  cp -R "$(field Dir)" source && chmod -R u+w source
  mkdir -p "${binary%/*}"
  (cd source && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$binary.part" .)
  mv "$binary.part" "$binary"
}

field() { sed -n "s/^\t\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" download.json; }

main
