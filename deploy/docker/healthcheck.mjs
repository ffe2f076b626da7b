// Exit code 0 while /proxy-health answers 200. Slim images have no curl.
// It learns from the environment where to ask: set SPILLWAY_PORT and SPILLWAY_ADMIN_PORT there, not
// `port` and `admin_port` in the file. Health is answered without the token.
import { get } from 'node:http';

// Kubernetes sets SPILLWAY_PORT=tcp://... in containers beside a Service named `spillway`.
const portIn = (text = '') => (/^\d+$/.test(text) ? Number(text) : null);
const { SPILLWAY_PORT, SPILLWAY_ADMIN_PORT, SPILLWAY_ADMIN_HOST = '' } = process.env;
const adminPort = portIn(SPILLWAY_ADMIN_PORT);
const port = adminPort ?? portIn(SPILLWAY_PORT) ?? 8080;
// An admin listener on one address of the machine answers there alone.
const isOneAddress = adminPort !== null && !['', '0.0.0.0', '::'].includes(SPILLWAY_ADMIN_HOST);
const host = isOneAddress ? SPILLWAY_ADMIN_HOST : '127.0.0.1';

get({ host, port, path: '/proxy-health', timeout: 2_000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
