import { wrkScenario } from '../scenario.ts';

export const get = wrkScenario({
  name: 'get',
  what: 'GET, 100 bytes, 50 connections',
  answerBytes: 100,
  connections: 50,
});
