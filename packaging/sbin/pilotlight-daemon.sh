#!/usr/bin/env bash
# Spark's spark-daemon.sh for the master that Pilotlight is: same words, messages, files and exit codes.
#
# Usage: pilotlight-daemon.sh [--config <conf-dir>] (start|stop|status) org.apache.spark.deploy.master.Master <instance> <args...>
#
# Spark's own script asks whether a process is called "java", so it reports a native daemon as "failed to launch" and cannot
# stop it. Read are SPARK_CONF_DIR (spark-env.sh is sourced there and in /etc/pilotlight), SPARK_LOG_DIR, SPARK_LOG_MAX_FILES,
# SPARK_PID_DIR, SPARK_IDENT_STRING, SPARK_NICENESS, SPARK_NO_DAEMONIZE. Exit codes of status: 0 running, 1 stale pid file,
# 2 not running.
set -u

usage="Usage: ${0##*/} [--config <conf-dir>] (start|stop|status) <spark-command> <spark-instance-number> <args...>"
if [ $# -le 1 ]; then
  echo "$usage"
  exit 1
fi

if [ "$1" = --config ]; then
  if [ ! -d "$2" ]; then
    echo "ERROR : $2 is not a directory"
    echo "$usage"
    exit 1
  fi
  export SPARK_CONF_DIR=$2
  shift 2
fi
option=${1:-} command=${2:-} instance=${3:-1}
shift $(($# < 3 ? $# : 3))

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=packaging/sbin/pilotlight-env.sh
. "$here/pilotlight-env.sh"

: "${SPARK_IDENT_STRING:=${USER:-$(id -un)}}"
if [ -z "${SPARK_LOG_DIR:-}" ]; then
  if [ -n "${SPARK_HOME:-}" ]; then SPARK_LOG_DIR=$SPARK_HOME/logs; else SPARK_LOG_DIR=/var/log/pilotlight; fi
fi
: "${SPARK_PID_DIR:=/tmp}"
name=spark-$SPARK_IDENT_STRING-$command-$instance
log=$SPARK_LOG_DIR/$name-$(hostname).out
pid=$SPARK_PID_DIR/$name.pid

# The pid in the file, when that process is a master.
running() {
  target=$(cat "$pid" 2>/dev/null) && [[ $target =~ ^[0-9]+$ ]] && [[ $(ps -p "$target" -o comm= 2>/dev/null) == pilotlight* ]]
}

rotate() {
  local num=${SPARK_LOG_MAX_FILES:-5}
  if ! [[ $num =~ ^[1-9][0-9]*$ ]]; then
    echo "Error: SPARK_LOG_MAX_FILES must be a positive number, but got $num"
    exit 255
  fi
  [ -f "$log" ] || return 0
  while [ "$num" -gt 1 ]; do
    [ ! -f "$log.$((num - 1))" ] || mv "$log.$((num - 1))" "$log.$num"
    num=$((num - 1))
  done
  mv "$log" "$log.1"
}

start() {
  local words=(nice -n "${SPARK_NICENESS:-0}" "${PILOTLIGHT:-pilotlight}" master "$@") started
  mkdir -p "$SPARK_PID_DIR"
  if [ -f "$pid" ] && running; then
    echo "$command running as process $target.  Stop it first."
    exit 1
  fi
  if ! mkdir -p "$SPARK_LOG_DIR" 2>/dev/null || [ ! -w "$SPARK_LOG_DIR" ]; then
    echo "$SPARK_LOG_DIR: $(id -un) cannot write logs there; set SPARK_LOG_DIR"
    exit 1
  fi
  rotate
  echo "starting $command, logging to $log"
  [ -z "${SPARK_NO_DAEMONIZE+set}" ] || exec "${words[@]}"
  nohup -- "${words[@]}" >>"$log" 2>&1 </dev/null &
  started=$!
  echo "$started" >"$pid"
  # Serving within milliseconds, or dead: there is no JVM to wait for.
  for _ in {1..40}; do
    sleep 0.05
    if ! kill -0 "$started" 2>/dev/null; then
      echo "failed to launch: ${words[*]}"
      tail -n 10 "$log" | sed 's/^/  /'
      echo "full log in $log"
      return
    fi
    if grep -q 'Bound MasterWebUI to' "$log" 2>/dev/null; then return; fi
  done
}

case $option in
  start) start "$@" ;;
  stop)
    if [ -f "$pid" ] && running; then
      echo "stopping $command"
      kill "$target" && rm -f "$pid"
    else
      echo "no $command to stop"
    fi ;;
  status)
    if [ ! -f "$pid" ]; then
      echo "$command not running."
      exit 2
    elif running; then
      echo "$command is running."
    else
      echo "$pid file is present but $command not running"
      exit 1
    fi ;;
  *)
    echo "$usage"
    exit 1 ;;
esac
