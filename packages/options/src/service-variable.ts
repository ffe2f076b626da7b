/**
 * The variables by which Kubernetes announces each Service to every container of its namespace, and Docker each
 * linked container: NAME_SERVICE_HOST, NAME_PORT=tcp://10.0.0.1:80 and their like
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables). NAME is whatever
 * somebody calls a Service, `spillway-canary` for one, and so may begin like our own.
 */
const shapes: readonly RegExp[] = [
  /^\w+_SERVICE_HOST=/,
  /^\w+_SERVICE_PORT(_\w+)?=/,
  /^\w+_PORT=(tcp|udp|sctp):\/\//,
  /^\w+_PORT_\d+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?=/,
  // Docker alone: the link's name, /this/that, and the environment of the linked container.
  /^\w+_NAME=\/[^/]+\/[^/]+$/,
  /^\w+_ENV_\w+=/,
];

/** Somebody else's, whatever its name begins with. */
export const isServiceVariable = (name: string, value: string): boolean =>
  shapes.some((shape) => shape.test(`${name}=${value}`));
