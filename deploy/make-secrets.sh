#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets: random passwords, a certificate authority of your own, and the
# broker's certificate. What is there already stays as it is, so it can be run again; delete a file to have it made anew.
#
#   deploy/make-secrets.sh                 everything that is missing
#   deploy/make-secrets.sh hub NAME …      an account at the broker for each home hub; then: docker compose kill -s HUP mosquitto
#
# BROKER_NAMES="broker.example.org 192.0.2.7" puts these names and addresses into the broker's certificate, for hubs
# elsewhere. SECRETS_DIR names another folder.
set -eu
umask 077
# Ranges of letters mean ASCII.
export LC_ALL=C

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
dir=${SECRETS_DIR:-$here/secrets}
command -v openssl >/dev/null || { echo 'make-secrets: openssl is missing.' >&2; exit 1; }
mkdir -p "$dir/hubs"
# Containers see single files of this folder under users of their own, so the files can be read by all and the folder,
# on this machine, by its owner alone.
chmod 700 "$dir" "$dir/hubs"

# Appears whole or not at all, whenever this script is stopped.
keep() {
  cat >"$dir/$1.new"
  [ -s "$dir/$1.new" ] || { echo "make-secrets: openssl gave nothing for $1." >&2; exit 1; }
  chmod "$2" "$dir/$1.new"
  mv "$dir/$1.new" "$dir/$1"
}

random() {
  openssl rand -hex 32
}

password() {
  [ -s "$dir/$1" ] || random | tr -d '\n' | keep "$1" 644
}

# A password in a file of its own, and the account for it in mosquitto's password file: SHA-512 of password and 12 bytes of salt. The
# passwords are 256 random bits, which no number of rounds would make harder to guess.
account() {
  user=$1
  secret=$2
  list=$dir/mosquitto-passwords
  [ -s "$dir/$secret" ] && has_account "$user" && return
  password "$secret"
  salt=$(openssl rand -base64 12)
  hash=$({ cat "$dir/$secret"; printf '%s' "$salt" | openssl base64 -d -A; } | openssl dgst -sha512 -binary | openssl base64 -A)
  line="$user:\$6\$$salt\$$hash"
  touch "$list"
  { awk -F: -v user="$user" '$1 != user' "$list"; printf '%s\n' "$line"; } | keep mosquitto-passwords 644
}

has_account() {
  awk -F: -v user="$1" '$1 == user { found = 1 } END { exit !found }' "$dir/mosquitto-passwords" 2>/dev/null
}

hub() {
  name=$1
  # Wire ids of the contract. The gateway's own account is none of a hub.
  case $name in
    infusion-gateway | '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) fits=no ;;
    *) fits=$([ ${#name} -le 64 ] && echo yes || echo no) ;;
  esac
  if [ "$fits" = no ]; then
    echo "make-secrets: $name cannot be the name of a hub: letters, digits, . _ - and at most 64 of them." >&2
    exit 2
  fi
  account "$name" "hubs/$name"
  echo "hub $name: its password is in $dir/hubs/$name, the certificate authority it has to trust is $dir/ca.pem"
}

authority() {
  [ -s "$dir/ca.key" ] && [ -s "$dir/ca.pem" ] && return
  openssl ecparam -name prime256v1 -genkey -noout | keep ca.key 600
  openssl req -x509 -new -sha256 -key "$dir/ca.key" -days 3650 -subj '/CN=Infusion gateway local authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' |
    keep ca.pem 644
  rm -f "$dir/mosquitto.pem"
}

alternative_names() {
  printf 'DNS:mosquitto,DNS:localhost,IP:127.0.0.1'
  for name in ${BROKER_NAMES:-}; do
    case $name in
      *:*) kind=IP ;;
      *[!0-9.]*) kind=DNS ;;
      *) kind=IP ;;
    esac
    printf ',%s:%s' "$kind" "$name"
  done
}

certificate() {
  [ -s "$dir/mosquitto.key" ] && [ -s "$dir/mosquitto.pem" ] && return
  openssl ecparam -name prime256v1 -genkey -noout | keep mosquitto.key 644
  {
    echo "subjectAltName=$(alternative_names)"
    echo 'basicConstraints=critical,CA:FALSE'
    echo 'keyUsage=critical,digitalSignature'
    echo 'extendedKeyUsage=serverAuth'
  } | keep mosquitto.ext 600
  openssl req -new -sha256 -key "$dir/mosquitto.key" -subj '/CN=mosquitto' | keep mosquitto.csr 600
  openssl x509 -req -sha256 -in "$dir/mosquitto.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days 825 -extfile "$dir/mosquitto.ext" 2>/dev/null | keep mosquitto.pem 644
  rm -f "$dir/mosquitto.ext" "$dir/mosquitto.csr"
}

authority
certificate
for name in influxdb-admin-password influxdb-admin-token influxdb-grafana-password grafana-admin-password; do
  password "$name"
done
account infusion-gateway gateway-mqtt-password

if [ "${1:-}" = hub ]; then
  shift
  [ $# -gt 0 ] || { echo 'make-secrets: name the hub.' >&2; exit 2; }
  for name in "$@"; do hub "$name"; done
elif [ $# -gt 0 ]; then
  echo "make-secrets: nothing is known of $1. See the head of $0." >&2
  exit 2
else
  # The one that `docker compose --profile simulator` speaks for.
  hub sim-hub-01 >/dev/null
  echo "secrets are in $dir"
fi
