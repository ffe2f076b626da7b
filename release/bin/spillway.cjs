#!/usr/bin/env node
// Plain old JavaScript: a Node too old for the rest has to be able to read this and say so.
'use strict';

var needed = [22, 19];
var given = process.versions.node.split('.').map(Number);
if (given[0] < needed[0] || (given[0] === needed[0] && given[1] < needed[1])) {
  process.stderr.write(
    'spillway: needs Node ' + needed.join('.') + ' or later; this is ' + process.version + '\n',
  );
  process.exit(2);
}

// The other programs of the package; everything else is for the proxy.
var programs = ['loadtest', 'monitor', 'demo'];
var named = programs.indexOf(process.argv[2]) !== -1;
var program = named ? process.argv.splice(2, 1)[0] : 'proxy';
import('../dist/' + program + '.js');
