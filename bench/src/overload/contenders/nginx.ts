import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contender.ts';

/** nginx as people set it before a backend; it has no queue with a limit in its free version. */
export const nginx: Contender = {
  name: 'nginx',
  what: 'proxy_pass with kept connections',
  needs: ['nginx'],
  command: ({ upstreamPort, port, folder }) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log crit;
worker_rlimit_nofile 20000;
events { worker_connections 9000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream functions { server 127.0.0.1:${upstreamPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://functions;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
    );
    return ['nginx', '-p', folder, '-c', file, '-e', `${folder}/error.log`];
  },
};
