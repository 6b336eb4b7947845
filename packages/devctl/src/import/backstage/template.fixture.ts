/** The text of a template with what every one has. */
export const template = (spec: object, metadata: object = {}): string =>
  JSON.stringify({
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: {
      name: 'x',
      description: 'What a template gives, to whom, and how fast: a text of some length',
      ...metadata,
    },
    spec: { owner: 'platform', ...spec },
  });
