#!/bin/sh
# Proves that a fresh Debian 12 with git, curl and a shell is enough: makes such a root, clones the committed
# state into it and runs a command there. Must be root; needs debootstrap.
#
#   tools/bare_debian.sh ./dev test --yes
#   HM_BARE_ROOT=/var/tmp/root tools/bare_debian.sh ./dev demo --yes    # keeps and reuses that root
#
# The host's resolver, certificates and settings of the package clients are carried over, nothing else.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" = 0 ] || { echo 'bare_debian.sh: must be root' >&2; exit 1; }
command -v debootstrap >/dev/null || { echo 'bare_debian.sh: needs the package debootstrap' >&2; exit 1; }

root=${HM_BARE_ROOT:-}
keep=$root
[ -n "$root" ] || root=$(mktemp -d /var/tmp/bare-debian.XXXXXX)
leave() {
  code=$?
  for mount in dev/shm dev/pts proc; do umount "$root/$mount" 2>/dev/null || umount -l "$root/$mount" 2>/dev/null || true; done
  [ -n "$keep" ] || rm -rf --one-file-system "$root"
  exit "$code"
}
trap leave EXIT INT TERM

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase --include=git,curl,ca-certificates bookworm "$root" >&2
# The archive's settings of this machine, so that updates of the release are seen as here.
for file in etc/resolv.conf etc/hosts etc/pip.conf etc/apt/sources.list.d/debian.sources root/.npmrc; do
  [ -e "/$file" ] && mkdir -p "$root/$(dirname "$file")" && cp -L "/$file" "$root/$file"
done
mkdir -p "$root/etc/ssl/certs"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
mount -t proc proc "$root/proc"
# Nodes of its own rather than the host's /dev: nothing that happens in the root can reach out of it.
mkdir -p "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
  set_node() { [ -c "$root/dev/$1" ] || { rm -f "$root/dev/$1"; mknod -m 666 "$root/dev/$1" c "$2" "$3"; }; }
  # shellcheck disable=SC2086 # three words
  set_node $node
done
ln -sf pts/ptmx "$root/dev/ptmx"
ln -sfn /proc/self/fd "$root/dev/fd"
chroot "$root" sh -c 'command -v git curl >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends git curl ca-certificates; }' >&2

rm -rf "$root/root/hostmaster"
git clone -q --no-hardlinks "$here" "$root/root/hostmaster"
# Only the settings that say where packages come from and whom to trust.
# shellcheck disable=SC2046 # words: none of these settings holds a space
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb \
  $(env | grep -E '^(PIP_|SSL_CERT_|CURL_CA_|NODE_EXTRA_CA_|REQUESTS_CA_|GIT_SSL_|https?_proxy|no_proxy)' | grep -v ' ' || true) \
  chroot "$root" sh -c 'cd /root/hostmaster && exec "$@"' sh "$@"
