import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

/** All code and style of the console, gzipped: a nurse in a car park at 02:00 has one bar of signal. */
const budgetKb = 100;

/** Says what the build weighs over the wire, and fails it when it is over the budget. */
function weighed(): Plugin {
  let silent = false;
  return {
    name: 'weighed',
    apply: 'build',
    configResolved({ logLevel }) {
      silent = logLevel === 'silent';
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const bytes = Object.values(bundle)
          .map((file) => gzipSync(file.type === 'chunk' ? file.code : file.source).length)
          .reduce((sum, size) => sum + size, 0);
        const says = `nurse console: ${(bytes / 1000).toFixed(1)} kB gzip of ${budgetKb} kB`;
        if (bytes > budgetKb * 1000) this.error(says);
        // Not through the build's own log, which is turned down to warnings to keep this to one line.
        if (!silent) process.stdout.write(`${says}\n`);
      },
    },
  };
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts a compressed copy beside each file, which the gateway serves to a browser that takes it. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          if (!/\.(js|css)$/.test(fileName)) continue;
          const source = brotliCompressSync(file.type === 'chunk' ? file.code : file.source);
          this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source });
        }
      },
    },
  };
}

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [preact(), weighed(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page runs under `default-src 'self'`: nothing may become a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: here('index.html'), worker: here('worker/service-worker.ts') },
      output: {
        // A service worker is found by its name, and rules no path above its own.
        entryFileNames: (chunk) => (chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
