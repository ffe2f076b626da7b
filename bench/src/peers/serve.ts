// A process of its own for one peer: `serve.ts NAME UPSTREAM CONNECTIONS PORT`.
import { createServer } from 'node:http';
import { isPeerName, peers } from './index.ts';

const [name = '', url = '', connections = '', port = ''] = process.argv.slice(2);
if (!isPeerName(name)) throw new Error(`no peer "${name}"`);
const peer = await peers[name]();
if (peer.kind !== 'listener') throw new Error(`"${name}" starts as a command`);
const listener = peer.listener({ url, connections: Number(connections) });
createServer(listener).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
