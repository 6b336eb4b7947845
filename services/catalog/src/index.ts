export { type CatalogService, type CatalogServiceOptions, createCatalogService } from './catalog-service.ts';
export { type Config as CatalogConfig, readConfig as readCatalogConfig } from './config.ts';
