#!/usr/bin/env bash
# Runs both examples against a sandbox and holds what the marketplace sees against what they promise.
# Needs cargo, curl, Python 3 with venv, Node 18 or newer with npm, and the two package registries.
set -euo pipefail

examples=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
sandbox=
erp=

# What it is told to end, a process ends before the directory goes.
end() {
  if [ -n "$1" ]; then
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}

finish() {
  status=$?
  end "$erp"
  end "$sandbox"
  if [ $status -ne 0 ]; then
    tail -n 40 "$work"/*.log >&2 || true
  fi
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "failed: $*" >&2
  exit 1
}

echo "installing boto3 and @aws-sdk/client-sqs"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet boto3
# Node looks for packages beside the file.
cp "$examples/erp.mjs" "$work/erp.mjs"
npm install --silent --no-audit --no-fund --prefix "$work" @aws-sdk/client-sqs >/dev/null

echo "starting the sandbox"
(cd "$examples" && exec cargo run --quiet -- sandbox --port 0 --ready "$work/ready.json") \
  >"$work/sandbox.log" 2>&1 &
sandbox=$!
until [ -f "$work/ready.json" ]; do
  kill -0 "$sandbox" 2>/dev/null || fail "the sandbox does not start"
  sleep 0.2
done

field() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }
market=$(field '["marketplace"]' <"$work/ready.json")/control

get() { curl --silent --show-error --fail "$market/$1"; }

post() {
  curl --silent --show-error --fail --header 'content-type: application/json' \
    --data "$2" "$market/$1"
}

# Waits until an order has got so far, as the marketplace sees it.
reaches() {
  get "orders/mkt1/$1?until=$2&within=60s" >/dev/null || fail "order $1 is not $2"
  echo "  $1 is $2"
}

# An order of the example's SKU, paid for.
buy() {
  local order="$1-01" cart='"items":[{"sku":"example-mug","quantity":2}]'
  post buy "{\"account\":\"mkt1\",\"group\":\"$1\",$cart}" | grep -q '"outcome":"placed"' ||
    fail "order $order is not taken"
  post pay "{\"account\":\"mkt1\",\"order\":\"$order\",\"waitMs\":20000}" >/dev/null
  reaches "$order" authorized
}

cancel() { post cancel "{\"account\":\"mkt1\",\"order\":\"$1\"}" >/dev/null; }

# Starts an example anew; it remembers what it knew.
start() {
  end "$erp"
  "${command[@]}" --ready "$work/ready.json" --state "$work/$name.json" --seconds 300 "$@" \
    >>"$work/$name.log" 2>&1 &
  erp=$!
}

# What an example does, from its offers to a delivery and both ends of a cancellation. `$1` begins
# the orders' numbers.
check() {
  echo "$name: offers, an invoice, tracking, a delivery"
  start --pack-after 0
  get "offers/mkt1/example-mug?until_price=2990&within=60s" >/dev/null || fail "it offers nothing"
  buy "${1}1"
  reaches "${1}1-01" invoiced
  reaches "${1}1-01" delivered
  echo "$name: a cancellation before the order is packed"
  start --pack-after 3600
  buy "${1}2"
  cancel "${1}2-01"
  reaches "${1}2-01" canceled
  echo "$name: a cancellation refused by invoicing"
  start --pack-after 3600 --refuse
  buy "${1}3"
  cancel "${1}3-01"
  reaches "${1}3-01" delivered
  end "$erp"
  erp=
  ! grep -q "delivery.failed" "$work/$name.log" || fail "something could not be delivered"
}

# The marketplace takes the SKU as it is suggested; a person would have to approve it.
curl --silent --show-error --fail --request PUT --header 'content-type: application/json' \
  --data '{"autoApprove":true}' "$market/settings/mkt1" >/dev/null

name=python command=("$work/venv/bin/python" "$examples/erp.py")
check 10
name=node command=(node "$work/erp.mjs")
check 20

violations=$(get violations)
[ "$violations" = "[]" ] || fail "the marketplace complains: $violations"
echo "both examples hold"
