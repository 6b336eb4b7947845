export { csvLine } from './csv.ts';
export { errorMessage, TransientError, type TransientErrorOptions } from './errors.ts';
export { canonicalJson, isJsonObject, type Json, type JsonObject, type JsonScalar } from './json.ts';
export { err, ok, type Result } from './result.ts';
export { createScrub, type Scrub, scrubJson } from './scrub.ts';
export { type Clock, createUuidV7, firstUuidV7, type NewId } from './time.ts';
