#!/usr/bin/env bash
# Installs Datasette and Kinto into a directory of their own, starts them on loopback with some thousand rows, walks both with
# the `third_party` example, and stops them. Needs Python 3 and, for the first run, PyPI.
set -euo pipefail
cd "$(dirname "$0")/../.."

books=1234
loans=4321
work=${THIRD_PARTY_DIR:-$(mktemp -d)}
servers=()
stop() {
    for server in "${servers[@]}"; do
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    done
    [ -n "${THIRD_PARTY_DIR:-}" ] || rm -rf "$work"
}
trap stop EXIT

[ -x "$work/venv/bin/kinto" ] || {
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check 'datasette==0.65.*' 'kinto==26.*'
}
python=$work/venv/bin/python
free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_for() {
    for _ in $(seq 100); do
        "$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "$1" 2>/dev/null && return
        sleep 0.2
    done
    echo "nothing answers at $1" >&2
    exit 1
}

rm -f "$work"/*.db "$work"/*.db-*
"$python" - "$work/library.db" "$books" "$loans" <<'PYTHON'
import sqlite3, sys
path, books, loans = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with sqlite3.connect(path) as db:
    db.execute("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")
    db.executemany("INSERT INTO books VALUES (?, ?)", ((n, f"Book {n} – “ü”") for n in range(1, books + 1)))
    db.execute("CREATE TABLE loans (id INTEGER PRIMARY KEY, book INTEGER NOT NULL, reader TEXT)")
    readers = (None, "Ada", "Grace", "O'Hara & Söhne")
    db.executemany("INSERT INTO loans VALUES (?, ?, ?)", ((n, n % books + 1, readers[n % 4]) for n in range(1, loans + 1)))
PYTHON
datasette_port=$(free_port)
"$work/venv/bin/datasette" serve "$work/library.db" --host 127.0.0.1 --port "$datasette_port" >"$work/datasette.log" 2>&1 &
servers+=($!)

kinto_port=$(free_port)
cat >"$work/kinto.ini" <<INI
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.paginate_by = 100
kinto.bucket_create_principals = system.Authenticated
kinto.userid_hmac_secret = demo
multiauth.policies = basicauth
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = $kinto_port
INI
"$work/venv/bin/kinto" start --ini "$work/kinto.ini" --port "$kinto_port" >"$work/kinto.log" 2>&1 &
servers+=($!)

wait_for "http://127.0.0.1:$datasette_port/library.json"
wait_for "http://127.0.0.1:$kinto_port/v1/"
"$python" - "http://127.0.0.1:$kinto_port/v1" "$books" <<'PYTHON'
import base64, json, sys, urllib.request
base, books = sys.argv[1], int(sys.argv[2])
headers = {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(b"demo:demo").decode()}
def send(method, path, body):
    urllib.request.urlopen(urllib.request.Request(base + path, json.dumps(body).encode(), headers, method=method))
send("PUT", "/buckets/library", {})
send("PUT", "/buckets/library/collections/books", {})
records = "/v1/buckets/library/collections/books/records"
for start in range(1, books + 1, 25):
    numbers = range(start, min(start + 25, books + 1))
    requests = [{"method": "POST", "path": records, "body": {"data": {"title": f"Book {n}"}}} for n in numbers]
    send("POST", "/batch", {"requests": requests})
PYTHON

cargo run --quiet --package declarest-examples --example third_party -- \
    --datasette "http://127.0.0.1:$datasette_port" --kinto "http://127.0.0.1:$kinto_port/v1" \
    --books "$books" --loans "$loans" --directory "$work"
