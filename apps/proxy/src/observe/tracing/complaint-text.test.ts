import { expect, test } from 'vitest';
import { complaintText } from './complaint-text.ts';

const refused = Object.assign(new Error('Bad Request'), { code: 400 });

test('a refusal is told by its status and the beginning of its body, in one line', () => {
  const answered = Object.assign(refused, { data: '{\n  "message": "no such tenant"\n}\n' });
  expect(complaintText(answered)).toBe('400 Bad Request { "message": "no such tenant" }');
});

test('a code that the message has is not told twice', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED ::1:4318'), { code: 'ECONNREFUSED' });
  expect(complaintText(error)).toBe('connect ECONNREFUSED ::1:4318');
});

test('an error without a message is told by its code (seen: "localhost" that is nowhere)', () => {
  const error = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  expect(complaintText('export:', error)).toBe('export: ECONNREFUSED');
});

test('what is long is cut (seen: a megabyte in one line)', () => {
  const error = Object.assign(new Error('Internal Server Error'), { data: 'x'.repeat(1e6) });
  for (const text of [complaintText(error), complaintText('x'.repeat(1e6), Buffer.alloc(1e6))]) {
    expect(text).toHaveLength(300);
    expect(text.endsWith('...')).toBe(true);
  }
});
