import { error, warning, yaml } from './entry.ts';

const rest = (config: string): string => `- { type: rest-api, config: { ${config} } }\n`;
const url = (text: string): string => rest(`endpoint: { url: "${text}", method: GET }`);
const webhook = (head: string): string => `- { ${head}, config: { url: "https://platform.example.com/hooks" } }\n`;
const jira = (project: string, summary: string): string =>
  `- { type: jira-ticket, config: { ticket: { project: ${project}, summaryTemplate: "${summary}" } } }\n`;
const commit = (path: string): string =>
  '- type: git-commit\n' +
  '  config:\n' +
  '    repository: example/infrastructure\n' +
  '    branch: main\n' +
  '    commitMessage: "Add {{.current.name}}"\n' +
  `    files: [{ path: "${path}", contentTemplate: "name {{.current.name}}" }]\n`;
const observe = (field: string): string =>
  'lifecycle:\n' +
  '  observe:\n' +
  '    type: rest-api\n' +
  '    config: { endpoint: { url: "https://platform.example.com/databases/{{.current.name}}", method: GET } }\n' +
  `    map: { ${field}: body.storage }\n`;
const MANUAL =
  'manual: { actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: Create } } }] }';
const approval = (rest: string): string =>
  `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n  approvals: [{ id: cost, ${rest} }]\n`;

export const fulfillmentCodes = {
  STRATEGY_MISSING: warning({
    summary: 'No strategy is given; the mode is then manual.',
    frame: 'item',
    bad: `fulfillment:\n  ${MANUAL}\n`,
    good: `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n`,
  }),
  MODE_UNKNOWN: error({
    summary: 'Fulfillment is manual or automatic, never a mix.',
    frame: 'item',
    bad: `fulfillment:\n  strategy: { mode: hybrid }\n  ${MANUAL}\n`,
    good: `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n`,
  }),
  AUTOMATIC_MISSING: error({
    summary: 'The mode is automatic, but there are no automatic actions.',
    frame: 'item',
    bad: `fulfillment:\n  strategy: { mode: automatic }\n  ${MANUAL}\n`,
    good: `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n`,
  }),
  APPROVAL_ID_NOT_UNIQUE: error({
    summary: 'Two approvals have the same id.',
    frame: 'item',
    bad: `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n  approvals: [{ id: cost, approvers: { teams: [finops] } }, { id: cost, approvers: { teams: [security] } }]\n`,
    good: `fulfillment:\n  strategy: { mode: manual }\n  ${MANUAL}\n  approvals: [{ id: cost, approvers: { teams: [finops] } }, { id: risk, approvers: { teams: [security] } }]\n`,
  }),
  APPROVER_NOT_EMAIL: error({
    summary: 'Somebody who may approve is not named by an e-mail address.',
    frame: 'item',
    bad: approval('approvers: { users: [ada] }'),
    good: approval('approvers: { users: [ada@example.com] }'),
  }),
  APPROVAL_MINIMUM_UNREACHABLE: error({
    summary: 'More people must approve than are named.',
    frame: 'item',
    bad: approval('approvers: { users: [ada@example.com] }, minimum: 2'),
    good: approval('approvers: { users: [ada@example.com, grace@example.com] }, minimum: 2'),
  }),
  APPROVAL_REMINDER_LATE: error({
    summary: 'The reminder of an approval would come when it has lapsed.',
    frame: 'item',
    bad: approval('approvers: { teams: [finops] }, expiresAfter: 24h, remindAfter: 2d'),
    good: approval('approvers: { teams: [finops] }, expiresAfter: 72h, remindAfter: 2d'),
  }),
  APPROVAL_CONDITION_TOO_EARLY: error({
    summary: 'Who has to approve depends on what is not known before the request runs.',
    frame: 'item',
    bad: approval('approvers: { teams: [finops] }, when: "output.endpoint"'),
    good: approval('approvers: { teams: [finops] }, when: "current.basic.storageGb > `500`"'),
  }),
  ACTION_ID_NOT_KEBAB_CASE: error({
    summary: 'The id of an action is lower-case words joined by hyphens.',
    frame: 'actions',
    bad: webhook('type: webhook, id: notifyTeam'),
    good: webhook('type: webhook, id: notify-team'),
  }),
  ACTION_ID_NOT_UNIQUE: error({
    summary: 'Two actions of a list have the same id.',
    frame: 'actions',
    bad: webhook('type: webhook, id: notify') + webhook('type: webhook, id: notify'),
    good: webhook('type: webhook, id: notify') + webhook('type: webhook, id: notify-again'),
  }),
  ACTION_TYPE_UNKNOWN: warning({
    summary: 'No known executor serves the action type. In strict mode this is an error.',
    frame: 'actions',
    bad: webhook('type: web-hook'),
    good: webhook('type: webhook'),
  }),
  ACTION_CONFIG_INVALID: error({
    summary:
      'The configuration is not what the pool has announced for the action type; only where announcements are known.',
    frame: 'actions',
    bad: '- { type: reserve-address, executor: network, config: { pol: internal } }\n',
    good: '- { type: reserve-address, executor: network, config: { pool: internal } }\n',
  }),
  OUTPUT_NAME_INVALID: error({
    summary: 'Outputs are read as `{{.output.<name>}}`; their names start with a letter.',
    frame: 'actions',
    bad: webhook('type: webhook, outputs: { "http status": status }'),
    good: webhook('type: webhook, outputs: { httpStatus: status }'),
  }),
  SECRET_REF_INVALID: error({
    summary: 'A `secretRef` is the name of a secret. It is neither the secret nor a variable.',
    frame: 'actions',
    bad: rest(
      'endpoint: { url: "https://platform.example.com", method: GET }, authentication: { type: bearer, secretRef: "{{.current.name}}" }',
    ),
    good: rest(
      'endpoint: { url: "https://platform.example.com", method: GET }, authentication: { type: bearer, secretRef: platform-api-token }',
    ),
  }),
  JIRA_PROJECT_KEY: error({
    summary: 'Jira project keys are upper case.',
    frame: 'actions',
    bad: jira('dba', 'Create {{.current.name}}'),
    good: jira('DBA', 'Create {{.current.name}}'),
  }),
  JIRA_SUMMARY_TOO_LONG: error({
    summary: 'The summary is longer than 255 characters, by itself or with one of the examples.',
    frame: 'item',
    bad: yaml`
      fulfillment:
        strategy: { mode: manual }
        manual:
          actions:
            - type: jira-ticket
              config:
                ticket:
                  project: DBA
                  summaryTemplate: >-
                    Create {{.current.name}} for {{.system.user.name}} as asked for in {{.system.requestId}}, with the settings that
                    the form holds, in the environment that was chosen there, with the storage that was asked for, and tell
                    {{.system.user.email}} when it can be used
      examples: [{ name: small, input: { name: orders-db, basic: { environment: dev } } }]
    `,
    good: yaml`
      fulfillment:
        strategy: { mode: manual }
        manual:
          actions:
            - { type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }
      examples: [{ name: small, input: { name: orders-db, basic: { environment: dev } } }]
    `,
  }),
  TERRAFORM_SOURCE: error({
    summary: 'Terraform runs either a module or files, and exactly one of them.',
    frame: 'actions',
    bad: '- { type: terraform, config: { variables: { name: "{{.current.name}}" } } }\n',
    good: '- { type: terraform, config: { module: { source: ./modules/postgresql }, variables: { name: "{{.current.name}}" } } }\n',
  }),
  TERRAFORM_REPOSITORY_MISSING: error({
    summary: 'The mode `generate` commits what it generated; it needs a repository.',
    frame: 'actions',
    bad: '- { type: terraform, config: { mode: generate, module: { source: ./modules/postgresql } } }\n',
    good: '- { type: terraform, config: { mode: generate, repository: example/infrastructure, module: { source: ./modules/postgresql } } }\n',
  }),
  ROLLBACK_IGNORED: warning({
    summary: '`destroyOnRollback` undoes what Terraform applied, where nothing else is said to undo it.',
    frame: 'actions',
    bad: '- { type: terraform, config: { mode: generate, repository: example/infrastructure, module: { source: ./modules/postgresql }, destroyOnRollback: true } }\n',
    good: '- { type: terraform, config: { mode: apply, module: { source: ./modules/postgresql }, destroyOnRollback: true } }\n',
  }),
  SERVICENOW_TARGET: error({
    summary: 'ServiceNow is asked for a catalog item or for a row of a table, and exactly one of them.',
    frame: 'actions',
    bad: '- { type: servicenow-request, config: { instance: example } }\n',
    good: '- { type: servicenow-request, config: { instance: example, catalogItem: New database } }\n',
  }),
  FILE_PATH_UNSAFE: error({
    summary: 'The path leaves the tree of the repository, or reaches what runs the repository.',
    frame: 'actions',
    bad: commit('../{{.current.name}}.txt'),
    good: commit('databases/{{.current.name}}.txt'),
  }),
  URL_INVALID: error({
    summary: 'The text is not an absolute URL.',
    frame: 'actions',
    bad: url('platform.example.com/databases'),
    good: url('https://platform.example.com/databases'),
  }),
  URL_NOT_HTTP: error({
    summary: 'Only http and https are spoken.',
    frame: 'actions',
    bad: url('ftp://platform.example.com/databases'),
    good: url('https://platform.example.com/databases'),
  }),
  URL_CREDENTIALS: error({
    summary: 'The URL carries a user name or password.',
    frame: 'actions',
    bad: url('https://admin:hunter2@platform.example.com/databases'),
    good: url('https://platform.example.com/databases'),
  }),
  URL_INTERNAL_ADDRESS: warning({
    summary:
      'The URL points at a loopback or link-local address: at the executor itself. Executors refuse it unless their egress policy allows it.',
    frame: 'actions',
    bad: url('http://169.254.169.254/latest/meta-data'),
    good: url('https://platform.example.com/databases'),
  }),
  URL_HOST_FROM_INPUT: warning({
    summary: 'Whoever fills in the form decides which host is called.',
    frame: 'actions',
    bad: url('https://{{.current.name}}.example.com/databases'),
    good: url('https://platform.example.com/databases/{{.current.name}}'),
  }),
  EXPRESSION_INVALID: error({
    summary: 'The text is not a JMESPath expression.',
    frame: 'actions',
    bad: webhook('type: webhook, when: "current.basic.environment == "'),
    good: webhook('type: webhook, when: "current.basic.environment == \'prod\'"'),
  }),
  EXPRESSION_PATH_UNKNOWN: error({
    summary: 'An expression reads a namespace, a field or an output that does not exist.',
    frame: 'actions',
    bad: webhook('type: webhook, when: "current.basic.storage > `100`"'),
    good: webhook('type: webhook, when: "current.basic.storageGb > `100`"'),
  }),
  COST_INVALID: error({
    summary: 'The monthly cost is not arithmetic over number fields of the form.',
    frame: 'item',
    bad: 'cost: { currency: EUR, monthly: "12.5 + current.basic.environment * 2" }\n',
    good: 'cost: { currency: EUR, monthly: "12.5 + current.basic.storageGb * 0.115" }\n',
  }),
  OBSERVED_FIELD_UNKNOWN: error({
    summary: 'What is observed is compared with a field that the form does not have.',
    frame: 'item',
    bad: observe('storage'),
    good: observe('storageGb'),
  }),
} as const;
