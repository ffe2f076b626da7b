import type { MetricsSnapshot } from '@spillway/contracts';
import { type Tile, traceName } from '../figures/tile.ts';
import { tiles } from '../figures/tiles.ts';
import type { Row } from '../history/history.ts';
import type { Watch } from '../watch/watch.ts';
import { Spark } from './spark.tsx';

export function Tiles({ watch, snapshot }: { watch: Watch; snapshot: MetricsSnapshot }) {
  return (
    <section aria-labelledby="now">
      <h2 id="now" class="unseen">
        Now
      </h2>
      <dl class="tiles">
        {tiles.map((tile) => (
          <TileCard
            key={tile.id}
            {...{ tile, snapshot }}
            lastMinute={watch.lastMinute}
            rows={watch.rows}
          />
        ))}
      </dl>
    </section>
  );
}

interface TileCardProps {
  readonly tile: Tile;
  readonly snapshot: MetricsSnapshot;
  readonly lastMinute: Watch['lastMinute'];
  readonly rows: readonly Row[];
}

function TileCard({ tile, snapshot, lastMinute, rows }: TileCardProps) {
  const { value, unit, detail, used, tone } = tile.face({ snapshot, lastMinute });
  return (
    <div class={`card tile ${tone ?? ''}`} data-tile={tile.id}>
      <dt>
        {tile.label}
        {tone !== undefined && tone !== 'fine' && (
          <span class="tone"> {tone === 'critical' ? '✕' : '!'}</span>
        )}
      </dt>
      <dd class="value">
        {value}
        {unit !== undefined && <span class="unit"> {unit}</span>}
      </dd>
      <dd class="detail">{detail}</dd>
      {used !== undefined && <Bar {...used} />}
      {used === undefined && tile.trace !== undefined && (
        <Spark rows={rows} line={traceName(tile)} />
      )}
    </div>
  );
}

/** How much of a limit is used; the numbers stand above it. */
function Bar({ value, limit }: { value: number; limit: number }) {
  const percent = limit === 0 ? 0 : Math.min(100, (100 * value) / limit);
  return (
    <dd class="bar" aria-hidden="true">
      <span style={{ width: `${percent}%` }} />
    </dd>
  );
}
