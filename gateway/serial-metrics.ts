import { Counter, Gauge, type Registry } from 'prom-client';
import type { SerialPortHealth } from '#intake/serial-supervisor.ts';

const states = {
  infusion_serial_open: {
    help: '1 while the serial line is open and heard.',
    of: ({ state }: SerialPortHealth) => (state === 'open' ? 1 : 0),
  },
};
const counts = {
  infusion_serial_frames_total: {
    help: 'Whole frames received on the serial line.',
    of: ({ frames }: SerialPortHealth) => frames,
  },
  infusion_serial_openings_total: {
    help: 'Times the serial line was opened.',
    of: ({ openings }: SerialPortHealth) => openings,
  },
  infusion_serial_discarded_bytes_total: {
    help: 'Bytes of the serial line thrown away because they were no frame.',
    of: ({ discardedBytes }: SerialPortHealth) => discardedBytes,
  },
};

/** Figures of each serial line, read when they are asked for. */
export function addSerialMetrics(registry: Registry, health: () => readonly SerialPortHealth[]): void {
  for (const [name, { help, of }] of Object.entries(states)) {
    new Gauge({
      name,
      help,
      labelNames: ['port'],
      registers: [registry],
      collect() {
        for (const line of health()) this.set({ port: line.port }, of(line));
      },
    });
  }
  for (const [name, { help, of }] of Object.entries(counts)) {
    new Counter({
      name,
      help,
      labelNames: ['port'],
      registers: [registry],
      collect() {
        // The line itself counts from the start of the process; a counter only adds.
        this.reset();
        for (const line of health()) this.inc({ port: line.port }, of(line));
      },
    });
  }
}
