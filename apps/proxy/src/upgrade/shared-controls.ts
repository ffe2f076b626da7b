import type { Instance } from '../instance/instance.ts';
import { control, findControlled } from '../instance/service-control.ts';
import type { Control } from './messages.ts';

/** Keeps what is paused or drained the same in all generations of the proxy: a pause is one for the backend. */
export class SharedControls {
  readonly #instance: Instance;
  /** Of targets that the name servers have yet to tell. */
  #pending: readonly Control[] = [];

  /** `tell`: to be told to the neighbours, whoever it comes from; what is so already is told no further. */
  constructor(instance: Instance, tell: (control: Control) => void) {
    this.#instance = instance;
    instance.events.on('service_controlled', ({ name }, action, target) => {
      tell({ action, service: name, target: target?.origin ?? null });
    });
    instance.events.on('targets_changed', () => this.apply(this.#pending));
  }

  /** What leads from the services as configured to how they are. */
  get inForce(): Control[] {
    return this.#instance.everyService.flatMap(
      ({ name: service, pausedMs, drained, upstreams }) => [
        ...(pausedMs === null ? [] : [{ action: 'pause', service, target: null } as const]),
        ...(drained ? [{ action: 'drain', service, target: null } as const] : []),
        ...upstreams.all
          .filter((upstream) => upstream.drained)
          .map(({ origin }) => ({ action: 'drain', service, target: origin }) as const),
      ],
    );
  }

  apply(controls: readonly Control[]): void {
    this.#pending = controls.filter(({ action, service, target }) => {
      const found = findControlled(this.#instance, service, target);
      if ('error' in found) return target !== null && action === 'drain';
      control(this.#instance, action, found);
      return false;
    });
  }
}
