import type uPlot from 'uplot';
import { paint } from '../theme/paint.ts';
import type { Mark } from '../watch/watch.ts';

/** A dashed line with its text at each instant in view. */
export function drawMarks(chart: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = chart;
  const scale = devicePixelRatio;
  for (const { at, text } of marks) {
    const x = Math.round(chart.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.strokeStyle = paint('--ink-soft');
    ctx.fillStyle = paint('--ink-soft');
    ctx.font = `${11 * scale}px system-ui, sans-serif`;
    ctx.lineWidth = scale;
    ctx.setLineDash([4 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const fits = x + ctx.measureText(text).width + 10 * scale < bbox.left + bbox.width;
    ctx.textAlign = fits ? 'left' : 'right';
    ctx.fillText(text, x + (fits ? 5 : -5) * scale, bbox.top + 11 * scale);
    ctx.restore();
  }
}
