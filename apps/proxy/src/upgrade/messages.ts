import type { ControlAction } from '../observe/events.ts';

/** Numbers of permits, by name of the service. */
export type PermitsByService = Readonly<Record<string, number>>;

/** Somebody paused, resumed, drained or put back a service, or one of its targets. */
export interface Control {
  readonly action: ControlAction;
  readonly service: string;
  /** Its origin; null: the service itself. */
  readonly target: string | null;
}

/** What a process and its successor say to each other; the two may be of different versions. */
export type Message =
  /** The successor has all that it needs to serve these services, and asks for the limits and the word to begin. */
  | { readonly kind: 'ready'; readonly services: readonly string[] }
  /** The successor begins to accept: these are the limits, and so many permits of them are its own by now. */
  | {
      readonly kind: 'begin';
      readonly limits: PermitsByService;
      readonly permits: PermitsByService;
      /** What leads from services as configured to how they are. */
      readonly controls: readonly Control[];
    }
  /** The successor accepts. */
  | { readonly kind: 'serving' }
  /** The successor ends: why. */
  | { readonly kind: 'failed'; readonly why: string }
  /** The successor has other services after a reload. */
  | { readonly kind: 'services'; readonly services: readonly string[] }
  /** The process that serves has these limits by now: older ones keep to them as well. */
  | { readonly kind: 'limits'; readonly limits: PermitsByService }
  /** So many more permits are the other's; and so many the older process would like to have. */
  | {
      readonly kind: 'permits';
      readonly permits: PermitsByService;
      readonly wanted: PermitsByService;
    }
  | { readonly kind: 'control'; readonly control: Control };

/** One end of the pipe between them: this process's own towards its parent, or a child. */
export interface Channel {
  readonly connected: boolean;
  send?(message: Message, callback: (error: Error | null) => void): boolean;
}

/** A neighbour that is gone is heard of by the end of the pipe, not by what can't be sent. */
export function send(channel: Channel | null, message: Message): void {
  if (channel?.connected) channel.send?.(message, () => {});
}
