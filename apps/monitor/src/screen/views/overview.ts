import { shownOf } from '../../watch/fleet.ts';
import { admissionBlock } from '../blocks/admission-block.ts';
import { alertsBlock } from '../blocks/alerts-block.ts';
import { gaugesBlock } from '../blocks/gauges-block.ts';
import { latencyBlock } from '../blocks/latency-block.ts';
import { outcomesBlock, processBlock } from '../blocks/process-block.ts';
import { proxiesBlock } from '../blocks/proxies-block.ts';
import { ratesBlock } from '../blocks/rates-block.ts';
import { servicesBlock } from '../blocks/services-block.ts';
import { upstreamsBlock } from '../blocks/upstreams-block.ts';
import { type Canvas, type Page, stack } from '../canvas.ts';
import { type ScreenState, shownProxies } from '../screen-state.ts';

/** All that matters on one screen; small ones leave out the less important. */
export function overview(state: ScreenState, canvas: Canvas): Page {
  const shown = shownOf(shownProxies(state));
  const services = servicesBlock(state, canvas);
  const summed = services.lines.length > 0;
  const known = shown.proxies.some(({ latest }) => latest !== null);
  const blocks = known
    ? [
        ratesBlock(shown, canvas),
        gaugesBlock(shown, canvas),
        ...(summed ? [] : [admissionBlock(shown, canvas)]),
        latencyBlock(shown, canvas),
        proxiesBlock(shown, canvas),
        summed ? services : upstreamsBlock(shown, canvas),
        outcomesBlock(shown, canvas),
        processBlock(shown, canvas),
        alertsBlock(shown, canvas),
      ]
    : [alertsBlock(shown, canvas)];
  return { head: [], body: stack(blocks, canvas.rows) };
}
