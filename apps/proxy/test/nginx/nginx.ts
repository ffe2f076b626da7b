import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@spillway/test-kit';

/** Why the tests with nginx can't run here, or null. */
export const missingNginx: string | null =
  spawnSync('nginx', ['-v']).status === 0 ? null : 'no nginx on this machine (apt install nginx)';

export interface Nginx {
  readonly port: number;
  /** Where the files lie that it serves under `/`. */
  readonly files: string;
  close(): Promise<void>;
}

/**
 * A private nginx: it serves files, takes uploads by PUT under `/dav/` and passes what is posted under
 * `/sink/` on to a sink, unbuffered.
 */
export async function startNginx(sink: string): Promise<Nginx> {
  const prefix = mkdtempSync(join(tmpdir(), 'proxy-nginx-'));
  const files = join(prefix, 'files');
  mkdirSync(join(files, 'dav'), { recursive: true });
  const port = await freePort();
  writeFileSync(join(prefix, 'nginx.conf'), configuration(port, sink));
  const child = spawn('nginx', ['-p', prefix, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
  }
  return {
    port,
    files,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(prefix, { recursive: true, force: true });
    },
  };
}

const configuration = (port: number, sink: string): string => `
daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root root;' : ''}
pid nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  types { text/html html; text/plain txt; application/octet-stream bin; }
  default_type application/octet-stream;
  sendfile on;
  gzip on;
  # nginx compresses nothing for a request with Via unless told to.
  gzip_proxied any;
  gzip_types text/plain;
  gzip_min_length 100;
  client_max_body_size 0;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${port};
    root files;
    location / { }
    location /dav/ { dav_methods PUT DELETE; }
    location /sink/ {
      proxy_pass ${sink}/;
      proxy_http_version 1.1;
      proxy_request_buffering off;
    }
  }
}
`;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
