#!/usr/bin/env bash
# A scheduler, two executors and a session, each a process on this machine, and the demo API, which they query. Ends by itself, and
# everything that it has started with it. SCHEDULER and API change the ports.
set -euo pipefail
cd "$(dirname "$0")"
export SCHEDULER=${SCHEDULER:-127.0.0.1:50050} API=${API:-9120}
# Each node has its secrets from its own environment; here that is the same.
export USER_TOKEN=squ_demo

cargo build --locked --quiet --example cluster
started=()
trap 'kill "${started[@]}" 2>/dev/null; wait' EXIT
for node in scheduler executor-1 executor-2; do
    cargo run --locked --quiet --example cluster -- "$node" &
    started+=($!)
done
cargo run --locked --quiet --example cluster -- queries
