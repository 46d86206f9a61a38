# shellcheck shell=bash
# Sourced by the launchers: spark-env.sh of /etc/pilotlight, then of $SPARK_CONF_DIR (default: $SPARK_HOME/conf), exported as
# Spark's load-spark-env.sh does. SPARK_HOME is set when these files lie in the sbin of a Spark distribution.
if [ -z "${SPARK_HOME:-}" ]; then
  _parent=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  if [ -x "$_parent/bin/spark-class" ]; then export SPARK_HOME=$_parent; fi
  unset _parent
fi

_source_spark_env() {
  [ -r "$1/spark-env.sh" ] || return 0
  set -a
  # shellcheck disable=SC1091  # the user's file
  . "$1/spark-env.sh"
  set +a
}
# Which folder is Spark's is decided before the first file may change it.
_folder=${SPARK_CONF_DIR:-${SPARK_HOME:-/nowhere}/conf}
_source_spark_env /etc/pilotlight
[ "$_folder" = /etc/pilotlight ] || _source_spark_env "$_folder"
unset _folder
unset -f _source_spark_env
