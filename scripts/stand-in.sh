# Functions for the other scripts: pull a container image or, if no registry is reachable, build a stand-in from
# Debian packages.
# shellcheck shell=bash

info() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
    info "$*"
    exit 1
}

as_root() { [[ $EUID -eq 0 ]] || fail "$1 needs root"; }

# Holds a lock until the script exits, so that concurrent runs do not repeat the work.
lock() {
    exec 9>"${TMPDIR:-/tmp}/yaoshi-$1.lock"
    flock 9
}

install_packages() {
    as_root "installing $*"
    command -v apt-get >/dev/null || fail "install these first: $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

# Whether the image is available locally, or can be pulled.
have_image() {
    if docker image inspect "$1" >/dev/null 2>&1; then
        info "$1 is available"
    elif timeout 600 docker pull --quiet "$1" >/dev/null 2>&1; then
        info "$1 pulled"
    else
        info "$1 cannot be pulled: building a stand-in from Debian packages"
        return 1
    fi
}

# Prints the Debian mirror that this machine uses.
debian_mirror() {
    local mirror
    # shellcheck disable=SC2016 # apt fills it in
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m1 -E '/debian/?$' || true)
    printf '%s' "${mirror:-https://deb.debian.org/debian}"
}

# debian_root SUITE FOLDER PACKAGES: installs a minimal Debian with the comma-separated packages, without their
# documentation, and with this machine's certificate authorities, so that HTTPS works as it does outside.
debian_root() {
    local suite=$1 folder=$2 packages=$3 log
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    as_root "debootstrap"
    if ! command -v debootstrap >/dev/null || [[ ! -e $keyring ]]; then
        install_packages debootstrap debian-archive-keyring ca-certificates
    fi
    log=$(mktemp)
    debootstrap --variant=minbase --include="ca-certificates,$packages" --keyring="$keyring" \
        "$suite" "$folder" "$(debian_mirror)" >"$log" 2>&1 || fail "debootstrap failed: $(tail -n 20 "$log")"
    rm -rf "$log" "$folder"/var/cache/apt/* "$folder"/var/lib/apt/lists/* \
        "$folder"/usr/share/{doc,man,info,locale}/*
    cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
}

# import_root FOLDER IMAGE CHANGE…: imports the folder as an image. Each CHANGE is a Dockerfile instruction.
import_root() {
    local folder=$1 image=$2 changes=() change
    shift 2
    for change in "$@"; do changes+=(--change "$change"); done
    tar --numeric-owner -C "$folder" -c . |
        docker import "${changes[@]}" --message "stand-in built from Debian packages" - "$image" >/dev/null
    info "$image built"
}
