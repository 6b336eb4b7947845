export { type Bump, type DocumentChange, type DocumentDiff, diffDocuments } from './diff/diff.ts';
export type { FormChange } from './diff/form-changes.ts';
export {
  type ComponentDescription,
  type DescribeOptions,
  type DocumentDescription,
  describeDocument,
  type FieldDescription,
} from './docs/describe.ts';
export type { ExampleDescription } from './docs/examples.ts';
export { indexMarkdown } from './docs/index-page.ts';
export { documentMarkdown } from './docs/markdown.ts';
export type { StepDescription } from './docs/steps.ts';
export type { Difference } from './golden/compare.ts';
export { type Fixture, type FixtureResult, runFixture } from './golden/fixtures.ts';
export { type GoldenInput, type GoldenReport, type GoldenResult, runGoldenFile } from './golden/run.ts';
export { updateGoldenFile } from './golden/update.ts';
export { formPage } from './preview/page.ts';
export { type FormPreview, formPreview, type PreviewField, type PreviewGroup } from './preview/preview.ts';
export { formText } from './preview/text.ts';
export {
  type Rehearsal,
  type RehearsalOptions,
  type RehearsedStep,
  rehearse,
  type TracedVariable,
} from './rehearse/rehearse.ts';
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
