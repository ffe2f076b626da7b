#!/usr/bin/env node
// A Node too old for the rest has to be able to read this, and to say so.
const needed = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  const fault = `needs Node ${needed.join('.')} or later; this is ${process.version}`;
  process.stderr.write(`spillway: ${fault}\n`);
  process.exit(2);
}

// The other programs of the package; everything else is for the proxy.
const named = ['loadtest', 'monitor', 'demo'].includes(process.argv[2]);
const program = named ? process.argv.splice(2, 1)[0] : 'proxy';
import(`../dist/${program}.js`);
