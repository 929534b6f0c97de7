import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { fleetDashboard } from './fleet.ts';
import { gatewayDashboard } from './gateway.ts';
import { hubsDashboard } from './hubs.ts';
import { occlusionsDashboard } from './occlusions.ts';
import { pumpDashboard } from './pump.ts';

/** Where Grafana's provisioning finds the dashboards. */
export const dashboardFolder = join(import.meta.dirname, 'dashboards');

/** The dashboards by the name of their file. */
export function dashboards(): Readonly<Record<string, Dashboard>> {
  return {
    'fleet.json': fleetDashboard(),
    'pump.json': pumpDashboard(),
    'occlusions.json': occlusionsDashboard(),
    'hubs.json': hubsDashboard(),
    'gateway.json': gatewayDashboard(),
  };
}

/** The text of a dashboard's file. */
export const dashboardText = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`;

if (import.meta.main) {
  for (const [file, dashboard] of Object.entries(dashboards())) {
    writeFileSync(join(dashboardFolder, file), dashboardText(dashboard));
  }
}
