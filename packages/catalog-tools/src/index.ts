export { githubReport } from './report/github.ts';
export { type HumanOptions, humanReport } from './report/human.ts';
export {
  isRefused,
  type JsonReport,
  jsonReport,
  type Report,
  type ReportSummary,
  summaryText,
} from './report/report.ts';
export { type SarifOptions, sarifReport } from './report/sarif.ts';
