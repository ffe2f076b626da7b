import { describe, expect, it } from 'vitest';
import { groupKind } from './group-kind.ts';
import { kneeKind } from './knee-kind.ts';
import { phaseKind } from './phase-kind.ts';

const usual = { load: 1, service: 1, failing: null, down: false };

describe('a phase', () => {
  it.each([
    ['20s-30s:load=3', { fromMs: 20_000, toMs: 30_000, ...usual, load: 3 }],
    ['0-1m:service=2,failing=20%', { fromMs: 0, toMs: 60_000, ...usual, service: 2, failing: 0.2 }],
    ['500ms-1s:down', { fromMs: 500, toMs: 1000, ...usual, down: true }],
  ])('%s is read, and written so that it can be read again', (text, phase) => {
    const kind = phaseKind();
    expect(kind.schema.parse(text)).toEqual(phase);
    expect(kind.schema.parse(kind.format(phase))).toEqual(phase);
  });

  it.each([
    ['20s-30s', null],
    ['20s:load=2', null],
    ['30s-20s:down', 'it must end after it begins'],
    ['1s-2s:lod=2', 'there is no "lod"; did you mean load?'],
    ['1s-2s:service=0', 'service cannot be "0"'],
    ['1s-2s:failing=30', 'failing cannot be "30"'],
    ['1s-2s:constructor=1', 'there is no "constructor"; there are load, service, failing, down'],
  ])('%s is refused', (text, remark) => {
    expect(phaseKind().schema.safeParse(text).success).toBe(false);
    expect(phaseKind().explain!(text)).toBe(remark);
  });
});

describe('a group', () => {
  it('is read, and written so that it can be read again', () => {
    const kind = groupKind();
    const text =
      'batch:rate=0.5,service=bimodal:1s:2s:0.1,patience=1m,resends=2,method=POST,class=high,key=a=b,told';
    const group = kind.schema.parse(text);
    expect(group).toEqual({
      name: 'batch',
      rate: 0.5,
      service: 'bimodal:1s:2s:0.1',
      patience: 60_000,
      resends: 2,
      method: 'POST',
      class: 'high',
      key: 'a=b',
      told: true,
    });
    expect(kind.schema.parse(kind.format(group))).toEqual(group);
  });

  it.each([
    ['batch', null],
    ['batch:patience=3s', 'batch needs a rate='],
    ['batch:rate=-1', 'rate cannot be "-1"'],
    ['batch:rate=1,patience=0', 'patience cannot be "0"'],
    ['batch:rate=1,class=', 'class cannot be ""'],
    ['batch:rate=1,told=no', 'told cannot be "no"'],
  ])('%s is refused', (text, remark) => {
    expect(groupKind().schema.safeParse(text).success).toBe(false);
    expect(groupKind().explain!(text)).toBe(remark);
  });
});

it('a knee has a slope of 1 unless another is given', () => {
  const { schema, format } = kneeKind();
  expect(schema.parse('40')).toEqual({ at: 40, slope: 1 });
  expect(format(schema.parse('40:2.5'))).toBe('40:2.5');
  for (const wrong of ['0', 'x', '40:', '4.5']) expect(schema.safeParse(wrong).success).toBe(false);
});
