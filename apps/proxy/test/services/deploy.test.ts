import { expect, test } from 'vitest';
import { type DeploySize, deployUnderLoad } from './deploy-run.ts';

/** As many reloads as a busy week has, in a few seconds. */
const inTheSuite: DeploySize = {
  ...{ reloads: 30, everyMs: 150, pauses: 2, pauseMs: 300 },
  ...{ perSecond: 100, streams: 20, waiting: 50 },
};
/** By hand: SPILLWAY_DEPLOY=whole. */
const whole: DeploySize = {
  ...{ reloads: 200, everyMs: 300, pauses: 5, pauseMs: 1000 },
  ...{ perSecond: 300, streams: 200, waiting: 50 },
};

test('Nobody notices reloads and pauses: all are served in order, streams go on, and the limit holds', {
  timeout: 180_000,
}, async () => {
  const isWhole = process.env.SPILLWAY_DEPLOY === 'whole';
  const report = await deployUnderLoad(isWhole ? whole : inTheSuite);
  // How long they waited says what this machine can do: it is shown, and not judged.
  if (isWhole) console.info(JSON.stringify(report, null, 2));
  expect(report).toMatchObject({
    statuses: { 200: report.sent },
    ...{ brokenStreams: 0, inOrder: true, aboveLimit: 0 },
  });
  expect(Object.keys(report.statuses)).toEqual(['200']);
});
