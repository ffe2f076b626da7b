export { addFlags } from './command-flags.ts';
export type { ConfigProperty, ConfigValue } from './config-text.ts';
export { describeConfig, type OptionInForce } from './describe-config.ts';
export { describeDefault } from './describe-default.ts';
export { type GivenValue, type GivenValues, nothingGiven } from './given-values.ts';
export { helpLayout } from './help-layout.ts';
export { type JsonSchema, jsonSchema, partSchema } from './json-schema.ts';
export { boolean } from './kinds/boolean.ts';
export { choice } from './kinds/choice.ts';
export { duration, formatDuration, parseDuration } from './kinds/duration.ts';
export { integer } from './kinds/integer.ts';
export { list } from './kinds/list.ts';
export { number } from './kinds/number.ts';
export { optional } from './kinds/optional.ts';
export { orWord } from './kinds/or-word.ts';
export { parsed } from './kinds/parsed.ts';
export { formatPercent, percent } from './kinds/percent.ts';
export { bearerToken, redacted, secret } from './kinds/secret.ts';
export { formatSize, size } from './kinds/size.ts';
export { path, text } from './kinds/text.ts';
export { nearestName } from './nearest-name.ts';
export { formatProblem, isProblem, type OptionProblem, problem } from './option-problem.ts';
export type { OptionScope } from './option-table.ts';
export {
  type ConfigOf,
  defineOptions,
  type GivenSources,
  type OptionTable,
  option,
  sameAs,
} from './option-table.ts';
export { optionsMarkdown } from './options-markdown.ts';
export type { FilePart } from './read-file.ts';
export { type Resolution, resolveOptions, type Surroundings } from './resolve-options.ts';
export { type ResolvedSection, resolveSection } from './resolve-section.ts';
export type { ResolvedOptions } from './resolved-options.ts';
export { starterFile } from './starter-file.ts';
export { adminTokenOf, adminTokenOptions, readTokenFile } from './token-file.ts';
export type { ValueKind } from './value-kind.ts';
export { describeSource, type ValueSource } from './value-source.ts';
