import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboardFolder, dashboards, dashboardText } from '../../dashboards/grafana/build.ts';
import { metrics, series } from '../../dashboards/grafana/sources.ts';
import { dashboardFiles, readDashboard } from './dashboard-queries.ts';

const provisioning = join(dashboardFolder, '../provisioning');

describe('the files', () => {
  it('are what the code makes: `node dashboards/grafana/build.ts` writes them', () => {
    for (const [file, dashboard] of Object.entries(dashboards())) {
      expect(readFileSync(join(dashboardFolder, file), 'utf8'), file).toBe(dashboardText(dashboard));
    }
  });

  it('are all that lie there', () => {
    expect(readdirSync(dashboardFolder).sort()).toEqual(Object.keys(dashboards()).sort());
    expect([...dashboardFiles].sort()).toEqual(Object.keys(dashboards()).sort());
  });

  it('have addresses and titles of their own', () => {
    const all = dashboardFiles.map(readDashboard);
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });
});

describe.each(dashboardFiles)('%s', (file) => {
  const { panels, links, tags, refresh, editable, templating, annotations } = readDashboard(file);

  it('is renewed by itself, cannot be edited in place, and leads to the others with time and choices kept', () => {
    expect(refresh).toMatch(/^\d+s$/);
    expect(editable).toBe(false);
    expect(tags).toEqual(['infusion']);
    expect(links).toMatchObject([{ type: 'dashboards', includeVars: true, keepTime: true, tags: ['infusion'] }]);
  });

  it('numbers and names each panel once', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it.each(panels)('panel $title has unit, words, thresholds and a query of its source', (panel) => {
    const { unit, thresholds } = panel.fieldConfig.defaults;
    expect(unit).toBeTruthy();
    expect(panel.description.length).toBeGreaterThan(5);
    expect(thresholds?.steps[0]?.value).toBeNull();
    const values = (thresholds?.steps ?? []).slice(1).map(({ value }) => value ?? Number.NaN);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(panel.targets.length).toBeGreaterThan(0);
    for (const target of panel.targets) expect(target.datasource).toEqual(panel.datasource);
  });

  it('joins no gap', () => {
    const drawn = panels.filter(({ type }) => type === 'timeseries' || type === 'state-timeline');
    expect(drawn.length).toBeGreaterThan(0);
    for (const { title, fieldConfig, type, targets } of drawn) {
      if (type === 'timeseries') expect(fieldConfig.defaults.custom?.spanNulls, title).toBe(false);
      for (const { query } of targets) if (query !== undefined) expect(query, title).toMatch(/fill\((null|0)\)$/);
    }
  });

  it('lays no panel over another and none beyond the edge', () => {
    const cells = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false);
          cells.add(`${x} ${y}`);
        }
      }
    }
  });

  it('asks only sources that are provisioned, and only for variables it has', () => {
    const names = new Set((templating.list ?? []).map(({ name }) => name));
    const used = JSON.stringify({ panels, templating, annotations }).matchAll(/\$\{(\w+):regex\}/g);
    for (const [, name] of used) expect(names, name).toContain(name);
    for (const { datasource } of panels) expect([series, metrics]).toContainEqual(datasource);
  });

  it('gives marks columns that their query selects', () => {
    for (const { name, target } of annotations.list) {
      for (const column of [target.titleColumn, target.textColumn, target.tagsColumn]) {
        expect(target.query, name).toContain(`"${column}"`);
      }
    }
  });
});

describe('provisioning', () => {
  const yaml = (path: string): unknown => parse(readFileSync(join(provisioning, path), 'utf8'));

  it('makes the two sources that the dashboards name, InfluxQL for both InfluxDB versions', () => {
    expect(yaml('datasources/infusion.yaml')).toMatchObject({
      apiVersion: 1,
      datasources: [
        { ...series, access: 'proxy', editable: false, jsonData: { version: 'InfluxQL' } },
        { ...metrics, access: 'proxy', editable: false },
      ],
    });
  });

  it('holds no password, only the file that has it', () => {
    const text = readFileSync(join(provisioning, 'datasources/infusion.yaml'), 'utf8');
    for (const [, value] of text.matchAll(/password:\s*(\S+)/g)) expect(value).toMatch(/^\$__file\{/);
  });

  it('reads the dashboards from the folder that the compose file mounts', () => {
    expect(yaml('dashboards/infusion.yaml')).toMatchObject({
      apiVersion: 1,
      providers: [{ type: 'file', allowUiUpdates: false, options: { path: '/etc/infusion/dashboards' } }],
    });
  });
});
