/** Changes to the fields of a message. Names are compared without regard to case. */
export interface FieldEditsOptions {
  /** These go, however often they are there. */
  readonly remove?: readonly string[] | undefined;
  /** The one value that a field has afterwards. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** What is there stays, and this comes after it as a field of its own. */
  readonly add?: Readonly<Record<string, string>> | undefined;
}

/** Edits of fields in a flat list of names and values in turn: first removed, then set, then added. */
export class FieldEdits {
  /** In lower case: those removed and those set. */
  readonly #gone: ReadonlySet<string>;
  readonly #appended: readonly string[];

  constructor({ remove = [], set = {}, add = {} }: FieldEditsOptions) {
    const gone = [...remove, ...Object.keys(set)];
    this.#gone = new Set(gone.map((name) => name.toLowerCase()));
    this.#appended = [...Object.entries(set), ...Object.entries(add)].flat();
  }

  /** Whether no field of this name, in lower case, passes as it came. */
  replaces(key: string): boolean {
    return this.#gone.has(key);
  }

  /** In place; order, case and repetition of all other fields stay. */
  apply(fields: string[]): void {
    if (this.#gone.size > 0) this.#remove(fields);
    for (const text of this.#appended) fields.push(text);
  }

  #remove(fields: string[]): void {
    let kept = 0;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (this.#gone.has(name.toLowerCase())) continue;
      fields[kept++] = name;
      fields[kept++] = fields[i + 1] as string;
    }
    fields.length = kept;
  }
}
