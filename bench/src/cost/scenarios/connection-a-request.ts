import { wrkScenario } from '../scenario.ts';

export const connectionARequest = wrkScenario({
  name: 'connection-a-request',
  what: 'GET, 100 bytes, each on a connection of its own, 50 at a time',
  answerBytes: 100,
  connections: 50,
  fields: { Connection: 'close' },
});
