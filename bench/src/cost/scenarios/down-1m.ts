import { wrkScenario } from '../scenario.ts';

export const down1M = wrkScenario({
  name: 'down-1m',
  what: 'GET, 1 MiB, 50 connections',
  answerBytes: 1024 * 1024,
  connections: 50,
});
