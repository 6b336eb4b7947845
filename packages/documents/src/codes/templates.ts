import { error, warning, yaml } from './entry.ts';

const post = (content: string): string =>
  '- type: rest-api\n' +
  '  config:\n' +
  '    endpoint: { url: "https://platform.example.com/databases", method: POST }\n' +
  `    body: { type: json, contentTemplate: '${content}' }\n`;
const notify = (payload: string): string =>
  `- { type: webhook, config: { url: "https://platform.example.com/hooks", payloadTemplate: '${payload}' } }\n`;

export const templateCodes = {
  TEMPLATE_SYNTAX: error({
    summary: 'A `{{…}}` cannot be read.',
    frame: 'actions',
    bad: post('{ "name": "{{.current.name" }'),
    good: post('{ "name": "{{.current.name}}" }'),
  }),
  TEMPLATE_REFUSED: error({
    summary: 'Partials, lambdas, inheritance, unescaped tags and changes of the delimiters do not exist.',
    frame: 'actions',
    bad: post('{ "name": "{{{.current.name}}}" }'),
    good: post('{ "name": "{{.current.name}}" }'),
  }),
  TEMPLATE_TOO_LARGE: error({
    summary: 'A template has too many tags, is nested too deeply, or is too long.',
    frame: 'actions',
    bad: post('{{#.current.name}}'.repeat(20) + '{{/.current.name}}'.repeat(20)),
    good: post('{ "name": "{{#.current.name}}{{.current.name}}{{/.current.name}}" }'),
  }),
  TEMPLATE_MISPLACED: error({
    summary: 'A value stands where it could change the structure of what is sent, such as in a key.',
    frame: 'actions',
    bad: '- { type: terraform, config: { module: { source: ./db }, variables: { "{{.current.name}}": 1 } } }\n',
    good: '- { type: terraform, config: { module: { source: ./db }, variables: { name: "{{.current.name}}" } } }\n',
  }),
  TEMPLATE_NAMESPACE_UNKNOWN: error({
    summary: 'There are four namespaces: `.current`, `.output`, `.metadata` and `.system`.',
    frame: 'actions',
    bad: post('{ "name": "{{.input.name}}" }'),
    good: post('{ "name": "{{.current.name}}" }'),
  }),
  TEMPLATE_FUNCTION_UNKNOWN: error({
    summary: 'A function does not exist, or is given the wrong arguments.',
    frame: 'actions',
    bad: post('{ "name": "{{.current.name | uppercase}}" }'),
    good: post('{ "name": "{{.current.name | upper}}" }'),
  }),
  TEMPLATE_FIELD_UNKNOWN: error({
    summary: 'The form has no such field.',
    frame: 'actions',
    bad: post('{ "storage": {{.current.storageGb}} }'),
    good: post('{ "storage": {{.current.basic.storageGb}} }'),
  }),
  TEMPLATE_SYSTEM_UNKNOWN: error({
    summary: '`.system` has no such value.',
    frame: 'actions',
    bad: post('{ "by": "{{.system.user.mail}}" }'),
    good: post('{ "by": "{{.system.user.email}}" }'),
  }),
  TEMPLATE_METADATA_UNKNOWN: error({
    summary: 'No item has that id, or the item has no such constant. Constants are found under the id of their item.',
    frame: 'actions',
    bad: post('{ "port": "{{.metadata.defaultPort}}" }'),
    good: post('{ "port": "{{.metadata.database-postgresql-example.defaultPort}}" }'),
  }),
  METADATA_OF_OTHER_ITEM: warning({
    summary: 'Constants of another item are at hand only in a bundle that has both items.',
    frame: 'actions',
    bad: post('{ "port": "{{.metadata.database-postgresql-standard.defaultPort}}" }'),
    good: post('{ "port": "{{.metadata.database-postgresql-example.defaultPort}}" }'),
  }),
  TEMPLATE_OUTPUT_UNKNOWN: warning({
    summary:
      'No earlier action of the item offers the output. An earlier component of a bundle may; in a bundle in which none does it is an error.',
    frame: 'actions',
    bad: notify('{ "endpoint": "{{.output.endpoint}}" }'),
    good: yaml`
      - type: rest-api
        config: { endpoint: { url: "https://platform.example.com/databases", method: POST } }
        outputs: { endpoint: body.endpoint }
      - type: webhook
        config: { url: "https://platform.example.com/hooks", payloadTemplate: '{ "endpoint": "{{.output.endpoint}}" }' }
    `,
  }),
  TEMPLATE_BRANCH_ONLY: warning({
    summary: 'The value exists only when a condition holds, and is empty otherwise.',
    frame: 'actions',
    bad: post('{ "zone": "{{.current.basic.replicaZone}}" }'),
    good: post('{ "zone": "{{.current.basic.replicaZone | default "a"}}" }'),
  }),
  SECRET_EXPOSED: error({
    summary:
      'A password would become part of a ticket, a commit, a workflow’s inputs or an address, where people and logs see it.',
    frame: 'actions',
    bad: '- { type: github-workflow, config: { repository: example/db, workflowFile: create.yaml, ref: main, inputs: { password: "{{.current.basic.adminPassword}}" } } }\n',
    good: post('{ "password": "{{.current.basic.adminPassword}}" }'),
  }),
  EXAMPLE_NOT_RENDERED: error({
    summary:
      'With one of the examples an action cannot be rendered: a body is not JSON, a value cannot stand where it is put.',
    frame: 'item',
    bad: yaml`
      fulfillment:
        strategy: { mode: manual }
        manual:
          actions:
            - type: webhook
              config: { url: "https://platform.example.com/hooks", payloadTemplate: '{ "name": "{{.current.name}}" "on": true }' }
      examples: [{ name: small, input: { name: orders-db, basic: { environment: dev } } }]
    `,
    good: yaml`
      fulfillment:
        strategy: { mode: manual }
        manual:
          actions:
            - type: webhook
              config: { url: "https://platform.example.com/hooks", payloadTemplate: '{ "name": "{{.current.name}}", "on": true }' }
      examples: [{ name: small, input: { name: orders-db, basic: { environment: dev } } }]
    `,
  }),
} as const;
