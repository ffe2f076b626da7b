import { wrkScenario } from '../scenario.ts';

export const post4K = wrkScenario({
  name: 'post-4k',
  what: 'POST of 4 KiB, 100 bytes back, 50 connections',
  answerBytes: 100,
  postBytes: 4 * 1024,
  connections: 50,
});
