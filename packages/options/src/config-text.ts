import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

/** A JSON file with comments and trailing commas, with lines kept for messages. */
export type ConfigText =
  | { readonly kind: 'object'; readonly properties: readonly ConfigProperty[] }
  | {
      readonly kind: 'broken';
      readonly line: number;
      readonly column: number;
      readonly message: string;
    };

/** A value of the file, with where it stands. */
export interface ConfigValue {
  readonly value: unknown;
  /** As written. */
  readonly literal: string;
  /** Counted from 1. */
  readonly line: number;
  /** Of an object; null for any other value. */
  readonly properties: readonly ConfigProperty[] | null;
  /** Of an array; null for any other value. */
  readonly items: readonly ConfigValue[] | null;
}

export interface ConfigProperty extends ConfigValue {
  readonly name: string;
}

export function parseConfigText(text: string): ConfigText {
  // Windows editors begin a file with a byte order mark; JSON knows none.
  const source = text.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true });
  const [first] = errors;
  // One mistake makes the parser see several: the first is the one to mend.
  if (first) return broken(source, first.offset, inWords(printParseErrorCode(first.error)));
  if (root?.type !== 'object') {
    return broken(source, root?.offset ?? 0, 'the file must hold one object, { … }');
  }
  const reader = new ConfigReader(source);
  return {
    kind: 'object',
    properties: (root.children ?? []).flatMap((node) => reader.property(node)),
  };
}

/** Reads the nodes of a text in their order, which makes counting its lines cheap. */
class ConfigReader {
  readonly #source: string;
  #line = 1;
  #nextLineAt: number;

  constructor(source: string) {
    this.#source = source;
    this.#nextLineAt = source.indexOf('\n') + 1;
  }

  property(property: Node): ConfigProperty[] {
    const [name, value] = property.children ?? [];
    if (!name || !value) return [];
    const line = this.#lineOf(name);
    return [{ name: String(name.value), ...this.value(value), line }];
  }

  value(node: Node): ConfigValue {
    const children = node.children ?? [];
    const line = this.#lineOf(node);
    return {
      value: getNodeValue(node),
      literal: this.#source.slice(node.offset, node.offset + node.length),
      line,
      properties: node.type === 'object' ? children.flatMap((child) => this.property(child)) : null,
      items: node.type === 'array' ? children.map((child) => this.value(child)) : null,
    };
  }

  #lineOf({ offset }: Node): number {
    while (this.#nextLineAt > 0 && this.#nextLineAt <= offset) {
      this.#line += 1;
      this.#nextLineAt = this.#source.indexOf('\n', this.#nextLineAt) + 1;
    }
    return this.#line;
  }
}

function broken(source: string, offset: number, message: string): ConfigText {
  const before = source.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { kind: 'broken', line: before.length, column, message };
}

/** `CommaExpected` as `comma expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
