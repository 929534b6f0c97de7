import { alarisWire } from './frame.ts';
import type { AlarisMessage } from './message.ts';

/** The pump's side, for simulated devices. The last two fields of INF number the events of the pump's log. */
export function alarisReply(message: AlarisMessage, logEntry = 0): Uint8Array {
  switch (message.says) {
    case 'infusion':
      return alarisWire('INF', [
        message.serial,
        message.alarming ? 'A' : '-',
        message.mode,
        message.rateMlH?.toFixed(2) ?? '',
        'ml/h',
        message.drug ?? '',
        message.infusedMl?.toFixed(3) ?? '',
        'ml',
        message.pressureMmHg?.toFixed(2) ?? '',
        'mmHg',
        message.remainingS === undefined ? '24+' : clockText(message.remainingS),
        'EVENT',
        String(logEntry),
      ]);
    case 'alarm':
      return alarisWire('ALARM', [message.code, ' ', ' ']);
    case 'rate':
      return alarisWire('INF_RATE', [message.rateMlH.toFixed(2), 'ml/h']);
    case 'volume-infused':
      return alarisWire('INF_VI', [message.infusedMl.toFixed(3), 'ml']);
    case 'volume-to-infuse':
      return alarisWire('INF_VTBI', [
        message.active ? 'ACTIV' : 'DEACT',
        message.volumeMl?.toFixed(3) ?? '',
        'ml',
        message.atEnd ?? '',
      ]);
    case 'serial':
      return alarisWire('INST_SERIALNO', [message.serial]);
    case 'protocol':
      return alarisWire('COMMS_PROTOCOL', [message.protocol]);
    case 'syringe':
      return alarisWire('SYRINGE_STATUS', [
        message.type,
        message.sizeMl === undefined ? '' : String(message.sizeMl).padStart(3),
        message.confirmed ? 'CONF' : '',
      ]);
  }
}

/** A day and more is `24+`. */
function clockText(seconds: number): string {
  if (seconds >= 86_400) return '24+';
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
