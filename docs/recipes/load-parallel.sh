#!/bin/sh
# A load in parts, beside each other on this machine, and one report of all. Needs GNU parallel.
# Usage: load-parallel.sh PARTS URL OPTION...   as `understudy load` takes them:
#   load-parallel.sh 4 https://10.0.0.5:18443 --phones 40000 --arrival 400/s --for 5m --threshold 'p99<1s'
# FOLDER: where part-K.json, part-K.log, load.json and load.html go (.); LEAD: seconds until the plan begins (15).
set -eu
parts=$1
shift
folder=${FOLDER:-.}
start=$(date -u -d "+${LEAD:-15} seconds" +%Y-%m-%dT%H:%M:%SZ)
mkdir -p "$folder"
rm -f "$folder"/part-*.json
# What a part ends with is not asked: the verdict is that of the sum, and a part that left no result is missing there. Each has a
# contact-me port of its own: one machine has 8085 only once.
seq "$parts" | parallel --quote -j "$parts" sh -c 'part=$1 parts=$2 folder=$3 start=$4; shift 4
  exec understudy load "$@" --shard "$part/$parts" --start-at "$start" --door-port 0 --json "$folder/part-$part.json" >"$folder/part-$part.log" 2>&1' \
  sh {} "$parts" "$folder" "$start" "$@" || true
exec understudy report "$folder"/part-*.json --html "$folder/load.html" --json "$folder/load.json"
