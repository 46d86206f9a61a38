#!/usr/bin/env bash
# Starts a master in the background, as Spark's start-master.sh: same options, variables, log and pid files.
# The last word of what it prints is the path of the log.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CLASS=org.apache.spark.deploy.master.Master

if [[ "$*" = *--help ]] || [[ "$*" = *-h ]]; then
  echo "Usage: ./sbin/start-master.sh [options]"
  "${PILOTLIGHT:-pilotlight}" master --help 2>&1 | sed -n '/^Options:/,/--help/p' >&2
  exit 1
fi

# shellcheck source=packaging/sbin/pilotlight-env.sh
. "$here/pilotlight-env.sh"

arguments=(--host "${SPARK_MASTER_HOST:-$(hostname -f)}" --port "${SPARK_MASTER_PORT:-7077}"
  --webui-port "${SPARK_MASTER_WEBUI_PORT:-8080}")
# As installed by the package: /etc/pilotlight is read here too, and what Spark's variables say goes before it.
if [ -r /etc/pilotlight/pilotlight.yaml ]; then arguments+=(--config /etc/pilotlight/pilotlight.yaml); fi
exec "$here/pilotlight-daemon.sh" start "$CLASS" 1 "${arguments[@]}" "$@"
