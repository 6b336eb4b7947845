/** The committed pacts. The published package brings them along in a folder of its own. */
export const pactsFolder = new URL('../../../../contracts/pacts/', import.meta.url);
