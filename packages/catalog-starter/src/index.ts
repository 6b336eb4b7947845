/** The folder of the starter catalog, laid out as a catalog repository: `catalog/`, `bundles/`, `.github/`. */
export const starterRepository: URL = new URL('../repository/', import.meta.url);
