import { expect, test } from 'vitest';
import { takeInheritedSockets } from './inherited-sockets.ts';

const us = { pid: 100, ppid: 50 };

test('Sockets for another process are left alone', () => {
  const environment = { LISTEN_PID: '101', LISTEN_FDS: '1' };
  expect(takeInheritedSockets(environment, us)).toEqual({
    sockets: { client: null, admin: null },
    succeeds: false,
  });
});

test('A successor is known by the process that started it', () => {
  expect(takeInheritedSockets({ SUCCEEDS_PID: '50' }, us)).toMatchObject({ succeeds: true });
  expect(takeInheritedSockets({ SUCCEEDS_PID: '51' }, us)).toMatchObject({ succeeds: false });
});

test('What comes after us does not find the variables', () => {
  const environment = { LISTEN_PID: '100', LISTEN_FDS: '0', LISTEN_FDNAMES: '', PATH: '/bin' };
  takeInheritedSockets(environment, us);
  expect(environment).toEqual({ PATH: '/bin' });
});
