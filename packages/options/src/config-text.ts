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
  return {
    kind: 'object',
    properties: (root.children ?? []).flatMap((node) => readProperty(source, node)),
  };
}

function readProperty(source: string, property: Node): ConfigProperty[] {
  const [name, value] = property.children ?? [];
  if (!name || !value) return [];
  const { line } = position(source, name.offset);
  return [{ name: String(name.value), ...readValue(source, value), line }];
}

function readValue(source: string, node: Node): ConfigValue {
  const children = node.children ?? [];
  return {
    value: getNodeValue(node),
    literal: source.slice(node.offset, node.offset + node.length),
    line: position(source, node.offset).line,
    properties:
      node.type === 'object' ? children.flatMap((child) => readProperty(source, child)) : null,
    items: node.type === 'array' ? children.map((child) => readValue(source, child)) : null,
  };
}

function broken(source: string, offset: number, message: string): ConfigText {
  return { kind: 'broken', ...position(source, offset), message };
}

function position(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `CommaExpected` as `comma expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
