#!/bin/bash
# Run once by the image of InfluxDB 2 after it has made organisation, bucket and operator token.
# InfluxQL asks for databases, not buckets: the mapping gives the bucket a name there. Grafana may read it and no more.
set -euo pipefail

influx v1 dbrp create --org "$DOCKER_INFLUXDB_INIT_ORG" --bucket-id "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  --db "$DOCKER_INFLUXDB_INIT_BUCKET" --rp autogen --default

influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  --description 'Grafana, read only' --username grafana --password "$(cat /run/secrets/influxdb-grafana-password)"
