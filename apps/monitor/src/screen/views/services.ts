import { serviceLines } from '../blocks/services-block.ts';
import type { Canvas, Page } from '../canvas.ts';
import type { ScreenState } from '../screen-state.ts';

/** All services, a line each; also where one is chosen for the other views. */
export function services(state: ScreenState, canvas: Canvas): Page {
  const [heading, ...rows] = serviceLines({ ...state, service: null }, canvas);
  return { head: heading === undefined ? [] : [heading], body: rows };
}
