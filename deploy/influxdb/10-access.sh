#!/bin/bash
# Run once by the image of InfluxDB 2 after it has made organisation, bucket and operator token. Grafana asks in InfluxQL, with
# name and password, and may read the readings and no more. The rest is made by `infusion-gateway influx setup`.
set -euo pipefail

influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  --description 'Grafana, read only' --username grafana --password "$(cat /run/secrets/influxdb-grafana-password)"
