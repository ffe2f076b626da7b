import type { MetricsSnapshot } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { themes, useTheme } from '../theme/use-theme.ts';
import type { Watch } from '../watch/watch.ts';
import { Choice } from './choice.tsx';
import { Connection } from './connection.tsx';

const themeOptions = themes.map((value) => ({ value, label: value }));

/** Who this is, how it is, and whether what one sees is of now; `watch` is of all services, or of the one shown. */
export function Masthead({ watch, demo }: { watch: Watch; demo: boolean }) {
  const [theme, setTheme] = useTheme();
  const { snapshot } = watch;
  return (
    <header class="masthead">
      <div class="brand">
        <Logo />
        <h1>Spillway</h1>
      </div>
      {snapshot !== null && <Status snapshot={snapshot} stale={watch.failure !== null} />}
      <div class="aside">
        <Connection watch={watch} />
        <Choice label="Colours" options={themeOptions} value={theme} onChange={setTheme} />
      </div>
      {snapshot !== null && <Facts snapshot={snapshot} demo={demo} />}
    </header>
  );
}

const statusWords = {
  healthy: { word: 'Healthy', sign: '✓', tone: 'fine' },
  degraded: { word: 'Degraded', sign: '!', tone: 'warning' },
  unhealthy: { word: 'Unhealthy', sign: '✕', tone: 'critical' },
  paused: { word: 'Paused', sign: '‖', tone: 'warning' },
  draining: { word: 'Draining', sign: '↓', tone: 'warning' },
} as const;

function Status({ snapshot, stale }: { snapshot: MetricsSnapshot; stale: boolean }) {
  const { word, sign, tone } = statusWords[stateOf(snapshot)];
  const reasons = [...(snapshot.draining ? ['shutting down'] : []), ...snapshot.reasons];
  return (
    <p class={`status ${tone} ${stale ? 'stale' : ''}`} data-testid="status">
      <span class="pill">
        <span aria-hidden="true">{sign}</span> {word}
      </span>
      {reasons.length > 0 && <span class="reasons">{reasons.join(' · ')}</span>}
    </p>
  );
}

/** Of several services one may be paused, which the reasons tell. */
function stateOf({
  draining,
  paused,
  services,
  status,
}: MetricsSnapshot): keyof typeof statusWords {
  if (draining) return 'draining';
  return paused !== null && services === undefined ? 'paused' : status;
}

function Facts({
  snapshot: { upstreams, services, process },
  demo,
}: {
  snapshot: MetricsSnapshot;
  demo: boolean;
}) {
  return (
    <dl class="facts">
      <div>
        <dt>forwards to</dt>
        <dd>
          {services === undefined
            ? upstreams.map(({ url }) => url).join(', ')
            : `${upstreams.length} targets of ${Object.keys(services).length} services`}
          {demo && ' (the built-in demo backend)'}
        </dd>
      </div>
      <div>
        <dt>version</dt>
        <dd>{process.version}</dd>
      </div>
      <div>
        <dt>up for</dt>
        <dd>{formatSeconds(Math.floor(process.uptime))}</dd>
      </div>
      <div>
        <dt>clients connected</dt>
        <dd>{process.client_connections}</dd>
      </div>
    </dl>
  );
}

/** Water over a dam. */
function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path class="dam" d="M7 9h5v6c0 4 5 3 5 7v3H7z" />
      <path
        class="water"
        d="M15 11c4 0 3 3 5.5 3S23 11 26 11M18.5 18c2.5 0 2.5 2.5 4.5 2.5S25 18 26.5 18"
      />
    </svg>
  );
}
