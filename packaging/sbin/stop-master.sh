#!/usr/bin/env bash
# Stops the master that start-master.sh has started. A leader hands over before it ends.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/pilotlight-daemon.sh" stop org.apache.spark.deploy.master.Master 1
