export { type Config as EscalationConfig, readConfig as readEscalationConfig } from './config.ts';
export {
  createEscalationService,
  type EscalationService,
  type EscalationServiceOptions,
} from './escalation-service.ts';
