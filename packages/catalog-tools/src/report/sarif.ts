import type { Finding } from '@pao/documents';
import type { ArtifactLocation, Log, Region, Result } from 'sarif';
import { fingerprints } from './fingerprint.ts';
import type { Report } from './report.ts';
import { rulesFor } from './rules.ts';
import { visible } from './visible.ts';

export interface SarifOptions {
  /** Version of the program that makes the report. */
  readonly toolVersion?: string;
}

/** SARIF 2.1.0 as code scanning reads it. Paths become URIs relative to the root of the sources. */
export const sarifReport = (report: Report, options: SarifOptions = {}): Log => {
  const rules = rulesFor(report.findings.map(({ code }) => code));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const prints = fingerprints(report.findings);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'devctl validate',
            ...(options.toolVersion === undefined ? {} : { semanticVersion: options.toolVersion }),
            rules: [...rules],
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding, index) =>
          resultOf(finding, indexes.get(finding.code) ?? -1, prints[index] ?? ''),
        ),
      },
    ],
  };
};

const resultOf = (finding: Finding, ruleIndex: number, fingerprint: string): Result => ({
  ruleId: finding.code,
  ruleIndex,
  level: finding.severity,
  message: { text: messageText(finding) },
  locations: [
    {
      physicalLocation: {
        artifactLocation: artifactOf(finding.path),
        region: regionOf(finding),
      },
      ...(finding.pointer === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: finding.pointer }] }),
    },
  ],
  // The name under which code scanning looks for it; without one it would hash the lines round the finding.
  partialFingerprints: { primaryLocationLineHash: fingerprint },
});

// `[text](target)` is a link in SARIF messages, and the text may be a document's.
const messageText = ({ message, hint }: Finding): string =>
  visible(hint === undefined ? message : `${message} (${hint})`).replaceAll('](', '] (');

/** A path from the root of the sources, or, with a leading slash or a drive, one of this machine. */
const artifactOf = (path: string): ArtifactLocation => {
  const uri = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('/')) return { uri: `file://${uri}` };
  return /^[A-Za-z]:/.test(path) ? { uri: `file:///${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
};

const regionOf = ({ line, column, endLine, endColumn }: Finding): Region => ({
  startLine: line,
  startColumn: column,
  ...(endLine === undefined ? {} : { endLine }),
  ...(endColumn === undefined || (endLine ?? line) < line ? {} : { endColumn }),
});
