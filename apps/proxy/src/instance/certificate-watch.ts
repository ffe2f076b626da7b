import type { CertificateStore } from '../tls/certificate-store.ts';
import { ConfigWatch } from './config-watch.ts';
import type { Instance } from './instance.ts';

/** Certificate and key are replaced one behind the other: between them they are no pair. */
const pairMs = 500;

/** Puts certificates in force when their files change; those that are no good are told, and the old ones stay. */
export class CertificateWatch {
  readonly #instance: Instance;
  readonly #store: CertificateStore;
  #watches: ConfigWatch[] = [];
  #watched: readonly string[] = [];
  #pending: NodeJS.Timeout | undefined;

  constructor(instance: Instance, store: CertificateStore) {
    this.#instance = instance;
    this.#store = store;
    this.watchFiles();
  }

  /** Other files, once a reload has named them. */
  watchFiles(): void {
    const { files } = this.#store;
    if (files.join('\n') === this.#watched.join('\n')) return;
    this.#close();
    this.#watched = files;
    const onChanged = () => this.#onChanged();
    this.#watches = [...new Set(files)].map((file) => new ConfigWatch(file, onChanged));
  }

  close(): void {
    clearTimeout(this.#pending);
    this.#close();
  }

  #close(): void {
    for (const watch of this.#watches) watch.close();
  }

  #onChanged(): void {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => this.#read(), pairMs).unref();
  }

  #read(): void {
    try {
      this.#store.apply(this.#store.settings);
    } catch (error) {
      this.#instance.events.emit('certificates_refused', (error as Error).message);
      return;
    }
    const names = this.#store.certificates.flatMap(({ names }) => names);
    this.#instance.events.emit('certificates_changed', names);
  }
}
