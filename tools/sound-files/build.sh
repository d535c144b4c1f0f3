#!/usr/bin/env bash
# Makes apps/media-svc/decoders/sound-files.wasm anew. Needs cargo, and once: rustup target add wasm32-unknown-unknown
set -euo pipefail
cd "$(dirname "$0")"

# One file's bytes and what its decoder needs beside them: sound-file.ts takes no larger files than fit.
memory=$((128 * 1024 * 1024))
# Where the crates lay when it was built is nobody's business.
export RUSTFLAGS="-C link-arg=--max-memory=$memory --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$PWD=."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-../../.cache/sound-files}"

cargo build --release --locked --target wasm32-unknown-unknown
cp "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/aftertone_sound_files.wasm" ../../apps/media-svc/decoders/sound-files.wasm
sha256sum ../../apps/media-svc/decoders/sound-files.wasm
