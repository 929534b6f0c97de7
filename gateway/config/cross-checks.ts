import { isLoopback } from './loopback.ts';
import { notifyChecks } from './notify-checks.ts';
import type { Config, ConfigProblem } from './schema.ts';
import { serialChecks } from './serial-checks.ts';

/** Rules that no single key can break. */
export function crossChecks(config: Config): ConfigProblem[] {
  return [
    ...addressChecks(config),
    ...brokerChecks(config),
    ...serialChecks(config.serial),
    ...influxChecks(config),
    ...notifyChecks(config),
    ...traceChecks(config),
  ];
}

/** Open enrolment asks no identity, so it is for loopback only. */
export function enrolmentOf(config: Config): 'open' | 'closed' {
  return config.enrolment ?? (isLoopback(config.mqtt.host) ? 'open' : 'closed');
}

/** Whether the gateway's own doors speak TLS. */
export const usesTls = (tls: Config['tls']): boolean => tls.mode === 'own' || tls.cert !== undefined;

function addressChecks({ http, mqtt, tls, enrolment }: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const encrypted = usesTls(tls);
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    problems.push({
      where: 'INFUSION_TLS_CERT',
      problem: 'a certificate and its key go together',
      mend: 'Set both INFUSION_TLS_CERT and INFUSION_TLS_KEY, or neither.',
    });
  }
  if (!isLoopback(http.host) && !http.behindProxy && !encrypted) {
    problems.push({
      where: 'INFUSION_HTTP_HOST',
      problem: `${http.host} can be reached from other machines, and this server speaks plain HTTP`,
      mend: 'Keep 127.0.0.1, set INFUSION_TLS=own or INFUSION_TLS_CERT and _KEY, or put a TLS proxy in front and set INFUSION_HTTP_BEHIND_PROXY=true.',
    });
  }
  if (mqtt.url === undefined && !isLoopback(mqtt.host) && !encrypted) {
    problems.push({
      where: 'INFUSION_MQTT_HOST',
      problem: `${mqtt.host} can be reached from other machines, and the embedded broker speaks plain MQTT`,
      mend: 'Keep 127.0.0.1, set INFUSION_TLS=own or INFUSION_TLS_CERT and _KEY, or use a TLS broker of your own with INFUSION_MQTT_URL.',
    });
  }
  if (enrolment === 'open' && !isLoopback(mqtt.host)) {
    problems.push({
      where: 'INFUSION_ENROLMENT',
      problem: 'open enrolment lets anyone who reaches the port speak for any hub',
      mend: 'Use closed, or keep the broker on 127.0.0.1.',
    });
  }
  return problems;
}

function traceChecks({ traces: { url } }: Config): ConfigProblem[] {
  if (url === undefined) return [];
  const where = 'INFUSION_TRACES_URL';
  const { protocol, hostname } = URL.parse(url) ?? {};
  if (protocol !== 'http:' && protocol !== 'https:') {
    return [{ where, problem: 'not an HTTP address', mend: 'Write http://127.0.0.1:4318/v1/traces or https://….' }];
  }
  if (protocol === 'https:' || isLoopback(hostname ?? '')) return [];
  const problem = 'what alerts say would cross the network unencrypted';
  return [{ where, problem, mend: 'Use https://, or a collector on this machine that passes it on.' }];
}

function brokerChecks({ mqtt }: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const url = mqtt.url;
  if (url === undefined) return problems;
  if (!URL.canParse(url) || !/^(mqtts?|tcp|tls|ssl|wss?):$/.test(new URL(url).protocol)) {
    problems.push({
      where: 'INFUSION_MQTT_URL',
      problem: 'not an MQTT address',
      mend: 'Write mqtt://host:1883 or mqtts://host:8883.',
    });
    return problems;
  }
  const { protocol, hostname } = new URL(url);
  if ((protocol === 'mqtt:' || protocol === 'tcp:' || protocol === 'ws:') && !isLoopback(hostname)) {
    problems.push({
      where: 'INFUSION_MQTT_URL',
      problem: 'the link to that broker would not be encrypted',
      mend: 'Use mqtts:// for a broker on another machine.',
    });
  }
  if ((mqtt.cert === undefined) !== (mqtt.key === undefined)) {
    problems.push({
      where: 'INFUSION_MQTT_CERT',
      problem: 'a certificate and its key go together',
      mend: 'Set both INFUSION_MQTT_CERT and INFUSION_MQTT_KEY, or neither.',
    });
  }
  return problems;
}

function influxChecks({ influx }: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { url, database, org, bucket, token } = influx;
  const named = Object.keys(influx).length > 0;
  if (url === undefined) {
    if (named)
      problems.push({
        where: 'INFUSION_INFLUX_URL',
        problem: 'missing',
        mend: 'Set it, or unset the other INFUSION_INFLUX_ settings.',
      });
    return problems;
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    problems.push({
      where: 'INFUSION_INFLUX_URL',
      problem: 'not an HTTP address',
      mend: 'Write http://127.0.0.1:8086 or https://….',
    });
  }
  const isV1 = database !== undefined;
  const isV2 = org !== undefined || bucket !== undefined || token !== undefined;
  if (isV1 === isV2) {
    problems.push({
      where: 'INFUSION_INFLUX_URL',
      problem: isV1 ? 'settings of InfluxDB 1.x and 2.x are mixed' : 'it is not told where to write',
      mend: 'For 1.x set INFUSION_INFLUX_DATABASE; for 2.x set _ORG, _BUCKET and _TOKEN.',
    });
  } else if (isV2 && (org === undefined || bucket === undefined || token === undefined)) {
    problems.push({
      where: 'INFUSION_INFLUX_URL',
      problem: 'InfluxDB 2.x needs all of _ORG, _BUCKET and _TOKEN',
      mend: 'Set the missing ones.',
    });
  }
  return problems;
}
