export { type Config as GatewayConfig, readConfig as readGatewayConfig } from './config.ts';
export { createGateway, type Gateway } from './gateway.ts';
