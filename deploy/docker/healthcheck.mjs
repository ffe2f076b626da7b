// Exit code 0 while /proxy-health answers 200. Slim images have no curl.
// It asks on 127.0.0.1 and learns the port from SPILLWAY_PORT: set that, not `port` in the file.
import { get } from 'node:http';

// Kubernetes sets SPILLWAY_PORT=tcp://... in containers beside a Service named `spillway`.
const { SPILLWAY_PORT: given = '' } = process.env;
const port = /^\d+$/.test(given) ? Number(given) : 8080;

get({ host: '127.0.0.1', port, path: '/proxy-health', timeout: 2_000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
