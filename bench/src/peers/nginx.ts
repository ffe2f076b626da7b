import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFolder } from './config-folder.ts';
import type { Peer } from './peer.ts';

/** Debian's nginx as one process; bodies go through it as they come, as in all others. */
export const peer: Peer = {
  kind: 'command',
  needs: 'nginx',
  command({ url, connections }, port) {
    const folder = configFolder();
    const file = join(folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
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
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  map $http_upgrade $connection_wanted { default upgrade; '' ''; }
  upstream one { server ${new URL(url).host}; keepalive ${connections}; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    keepalive_requests 1000000000;
    client_max_body_size 0;
    location / {
      proxy_pass http://one;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_wanted;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`,
    );
    return ['nginx', '-p', folder, '-c', file, '-e', `${folder}/error.log`];
  },
};
