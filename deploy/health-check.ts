/** Exit status 0 when the gateway in this container does all its work. Run by the image's HEALTHCHECK. */
const port = process.env['INFUSION_HTTP_PORT'] ?? '8080';
try {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = response.ok ? 0 : 1;
  if (!response.ok) process.stderr.write(`${await response.text()}\n`);
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
}
