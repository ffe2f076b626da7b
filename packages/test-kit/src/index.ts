export {
  type CommandOptions,
  CommandProcess,
  type Ended,
  runCommand,
} from './command-process.ts';
export { engineFlags } from './engine-flags.ts';
export { freePort } from './free-port.ts';
export { ListeningProxy } from './listening-proxy.ts';
export { temporaryDirectory } from './temporary-directory.ts';
