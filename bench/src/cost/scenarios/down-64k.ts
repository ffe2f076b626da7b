import { wrkScenario } from '../scenario.ts';

export const down64K = wrkScenario({
  name: 'down-64k',
  what: 'GET, 64 KiB, 50 connections',
  answerBytes: 64 * 1024,
  connections: 50,
});
