import { startClients } from '../clients/start-clients.ts';
import { wrkScenario } from '../scenario.ts';

/** What connections cost by being there. */
export const mostlyIdle = wrkScenario({
  name: 'mostly-idle',
  what: 'GET, 100 bytes, 1,000 connections of which 50 are active',
  answerBytes: 100,
  connections: 50,
  beside: (port, pins) => startClients('idle', 950, port, pins),
});
