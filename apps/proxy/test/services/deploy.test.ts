import { expect, test } from 'vitest';
import { type DeploySize, deployUnderLoad } from './deploy-run.ts';

/** As many reloads as a busy week has, in a few seconds; `pnpm bench deploy` has more, upgrades too, and looks at waits. */
const inTheSuite: DeploySize = {
  ...{ reloads: 30, everyMs: 150, pauses: 2, pauseMs: 300 },
  ...{ perSecond: 100, streams: 20, waiting: 50 },
};
test('Nobody notices reloads and pauses: all are served in order, streams go on, and the limit holds', {
  timeout: 180_000,
}, async () => {
  const report = await deployUnderLoad(inTheSuite);
  expect(report).toMatchObject({
    statuses: { 200: report.sent },
    ...{ brokenStreams: 0, inOrder: true, aboveLimit: 0 },
  });
  expect(Object.keys(report.statuses)).toEqual(['200']);
});
