import { close } from './close.ts';
import { closeAfter } from './close-after.ts';
import type { Fault } from './fault.ts';
import { garbage } from './garbage.ts';
import { hang } from './hang.ts';
import { hangBody } from './hang-body.ts';
import { reset } from './reset.ts';
import { resetBody } from './reset-body.ts';
import { slowBody } from './slow-body.ts';
import { truncatedChunked } from './truncated-chunked.ts';
import { truncatedLength } from './truncated-length.ts';

/** Every fault; a new one is a file and a line here. */
export const faults: readonly Fault[] = [
  reset,
  resetBody,
  close,
  closeAfter,
  hang,
  hangBody,
  slowBody,
  truncatedLength,
  truncatedChunked,
  garbage,
];

export type { Fault };
