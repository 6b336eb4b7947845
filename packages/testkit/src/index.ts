export { type TestSchema, testDatabase } from './database/database.ts';
