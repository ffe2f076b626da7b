import { wrkScenario } from '../scenario.ts';

export const up1M = wrkScenario({
  name: 'up-1m',
  what: 'POST of 1 MiB, 100 bytes back, 50 connections',
  answerBytes: 100,
  postBytes: 1024 * 1024,
  connections: 50,
});
