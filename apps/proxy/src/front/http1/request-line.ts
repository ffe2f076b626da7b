import type { Departure } from '../client.ts';
import type { Http1Client } from './http1-client.ts';

/** Requests of one connection whose responses are not out, in their order: the first one's goes out now. */
export class RequestLine {
  first: Http1Client | null = null;
  last: Http1Client | null = null;
  count = 0;

  add(client: Http1Client): void {
    if (this.first === null) this.first = client;
    else (this.last as Http1Client).next = client;
    this.last = client;
    this.count += 1;
    if (this.first === client) client.onTurn();
  }

  /** The first one's response is out: takes it away. */
  takeFirst(): Http1Client {
    const client = this.first as Http1Client;
    this.first = client.next;
    if (this.first === null) this.last = null;
    this.count -= 1;
    return client;
  }

  /** Tells all of them, and forgets them. */
  gone(how: Departure): void {
    const { first } = this;
    this.first = null;
    this.last = null;
    this.count = 0;
    tellFrom(first, how);
  }

  /** Keeps the responses that are decided, and returns the last of them; the others are told. */
  keepDecided(how: Departure): Http1Client | null {
    let decided: Http1Client | null = null;
    let client = this.first;
    this.count = 0;
    for (; client?.finished; client = client.next) {
      decided = client;
      this.count += 1;
    }
    this.last = decided;
    if (decided === null) this.first = null;
    else decided.next = null;
    tellFrom(client, how);
    return decided;
  }
}

function tellFrom(first: Http1Client | null, how: Departure): void {
  for (let client = first; client !== null; client = client.next) client.onGone(how);
}
