import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemDocument } from './item-document.ts';
import type { OuterWorld } from './outer-world.ts';

/** Tells the platform what the task before has given. */
const seen = (host: string, value: string): string => `
      - type: rest-api
        id: tell
        config:
          endpoint: { url: "http://${host}/seen", method: POST }
          body: { type: json, contentTemplate: { name: "{{.current.name}}", value: "{{.output.${value}}}" } }`;

const restApi = (host: string): string => `
      - type: rest-api
        id: act
        config:
          endpoint: { url: "http://${host}/databases", method: POST }
          body: { type: json, contentTemplate: { name: "{{.current.name}}" } }
          authentication:
            type: oauth2-client-credentials
            tokenUrl: http://${host}/oauth/token
            clientId: pao
            secretRef: env:OAUTH
          poll: { url: "/databases/{{.current.name}}", until: "body.state == 'ready'", interval: 1 }
        outputs: { endpoint: body.endpoint }
      - type: rest-api
        id: sign
        config:
          endpoint: { url: "http://${host}/signed", method: POST }
          body: { type: json, contentTemplate: { name: "{{.current.name}}", endpoint: "{{.output.endpoint}}" } }
          authentication: { type: aws-sigv4, region: eu-central-1, service: execute-api, secretRef: env:AWS }`;

const jiraTicket = `
      - type: jira-ticket
        id: act
        config:
          ticket: { project: PLAT, summaryTemplate: "Do {{.current.name}}", waitForResolution: true }
        outputs: { ticket: key }
      - type: jira-ticket
        id: follow
        config:
          instance: ops
          ticket: { project: OPS, summaryTemplate: "After {{.output.ticket}}: {{.current.name}}" }
        outputs: { followUp: key }`;

const gitCommit = (remote: string): string => `
      - type: git-commit
        id: act
        config:
          repository: octo/infra
          branch: main
          commitMessage: "Add {{.current.name}}"
          files: [{ path: "things/{{.current.name}}.yaml", operation: create, contentTemplate: "name: {{.current.name}}" }]
          createPullRequest: true
          pullRequestTitle: "Add {{.current.name}}"
          reviewers: [sam]
          labels: [pao]
          mergeStrategy: squash
        outputs: { merged: mergeCommitSha }
      - type: git-commit
        id: follow
        config:
          repository: ${remote}
          branch: main
          commitMessage: "Note {{.current.name}}"
          files: [{ path: "notes/{{.current.name}}", contentTemplate: "{{.output.merged}}" }]
        outputs: { noted: commitSha }`;

const githubWorkflow = `
      - type: github-workflow
        id: act
        config:
          repository: octo/infra
          workflowFile: deploy.yml
          ref: main
          inputs: { thing: "{{.current.name}}" }
          waitForCompletion: true
        outputs: { run: runId }`;

const terraform = `
      - type: terraform
        id: act
        timeout: 120
        config:
          mode: apply
          approvePlan: true
          workspace: "e2e-{{.current.name}}"
          files:
            - path: main.tf
              contentTemplate: |
                variable "name" {}
                resource "terraform_data" "thing" { input = var.name }
                output "thing" { value = terraform_data.thing.output }
          variables: { name: "{{.current.name}}" }
        outputs: { made: thing }`;

const webhook = (host: string, timeout: number): string => `
      - type: webhook
        id: act
        config:
          url: http://${host}/hooks
          payloadTemplate: { name: "{{.current.name}}" }
          secretRef: env:HOOK
          waitForCallback: true
          timeout: ${timeout}
        outputs: { endpoint: outputs.endpoint }`;

const serviceNow = `
      - type: servicenow-request
        id: act
        config:
          instance: main
          table: incident
          variables: { short_description: "Do {{.current.name}}" }
          waitForClosure: true
          interval: 1
        outputs: { record: number }`;

const item = (id: string, actions: string): string =>
  itemDocument({
    id,
    name: id,
    description:
      'One action of a built-in type and what reads its outputs, which is what the end-to-end tests ask for.',
    actions: [actions],
  });

/** An item for each built-in action type that waits, and `testing-impatient`, whose callback may take two seconds. */
export const writeActionCatalog = async (folder: string, { platform, remote }: OuterWorld): Promise<void> => {
  const { host } = platform;
  const items: Readonly<Record<string, string>> = {
    'rest-api': restApi(host) + seen(host, 'endpoint'),
    'jira-ticket': jiraTicket + seen(host, 'followUp'),
    'git-commit': gitCommit(remote.url) + seen(host, 'noted'),
    'github-workflow': githubWorkflow + seen(host, 'run'),
    terraform: terraform + seen(host, 'made'),
    webhook: webhook(host, 600) + seen(host, 'endpoint'),
    'servicenow-request': serviceNow + seen(host, 'record'),
    impatient: webhook(host, 2) + seen(host, 'endpoint'),
  };
  await mkdir(join(folder, 'catalog/testing'), { recursive: true });
  for (const [id, actions] of Object.entries(items)) {
    await writeFile(join(folder, `catalog/testing/${id}.yaml`), item(id, actions));
  }
};
