// Loaded before the monitor by tests: says its process id, and lets a signal make a mistake.
import { writeFileSync } from 'node:fs';

if (process.env.PID_FILE) writeFileSync(process.env.PID_FILE, String(process.pid));
process.on('SIGUSR2', () => {
  throw new Error('a mistake of ours');
});
