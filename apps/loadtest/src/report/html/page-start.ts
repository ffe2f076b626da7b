import { formatNumber, formatSeconds } from '@spillway/quantities';
import { drawPlots } from './page-script.ts';

/**
 * The last script of the page: it hands the browser to `drawPlots`. The functions travel as their
 * own source, which has no types left by the time they run.
 */
export const startScript = `'use strict';
(() => {
  const formatSeconds = ${formatSeconds.toString()};
  const formatNumber = ${formatNumber.toString()};
  const drawPlots = ${drawPlots.toString()};
  const plots = JSON.parse(document.getElementById('plots').textContent);
  drawPlots({
    uPlot,
    element: (id) => document.getElementById(id),
    colour: (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(),
    onChange: (redraw) => {
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
      let width = innerWidth;
      addEventListener('resize', () => {
        if (innerWidth === width) return;
        width = innerWidth;
        redraw();
      });
    },
    formatSeconds,
    formatNumber,
  }, plots);
})();`;
