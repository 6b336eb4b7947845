/** What a document may cost before anything looks at its meaning. Published in the reference; raise them with care. */
export const MAX_BYTES = 256 * 1024;
/** Collections inside collections; the deepest documents in use stay below 20. */
export const MAX_DEPTH = 64;
export const MAX_ALIASES = 100;
/** Lexical tokens (text, punctuation, white space). The parser's time grows with these, not with bytes. */
export const MAX_TOKENS = 20_000;
/** Values after aliases were expanded. */
export const MAX_VALUES = 20_000;

/** Longest value a pattern is run on, and longest value of a one-line field, in code points. */
export const MAX_LINE_LENGTH = 10_000;
export const MAX_TEXT_LENGTH = 65_536;
export const MAX_PATTERN_LENGTH = 500;
export const MAX_ITEMS = 1_000;
/** Of an uploaded file when the field says nothing; a request body holds 1 MiB. */
export const DEFAULT_MAX_FILE_SIZE = 512 * 1024;
