import { fileURLToPath } from 'node:url';
import { findFaults } from './rooms.ts';

const faults = findFaults(fileURLToPath(new URL('../apps/proxy/src', import.meta.url)));
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error('The rooms of apps/proxy are listed in scripts/rooms.ts.');
  process.exitCode = 1;
}
