import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemDocument } from './item-document.ts';

const REST = (host: string, authentication: string): string => `
      - type: rest-api
        id: act
        config:
          endpoint: { url: "http://${host}/echo?status={{.current.basic.status}}", method: POST }
          headers: { X-Vault: { secretRef: env:HEADER } }
          authentication: ${authentication}
          body: { type: json, contentTemplate: { password: "{{.current.basic.password}}", pem: "{{.current.basic.pem}}" } }
          retry: { attempts: 3 }`;

const OAUTH = (host: string, path: string): string =>
  `{ type: oauth2-client-credentials, tokenUrl: "http://${host}${path}", clientId: pao, secretRef: env:OAUTH }`;

const TERRAFORM = `
      - type: terraform
        id: act
        timeout: 120
        config:
          mode: apply
          workspace: "{{.current.name}}"
          files:
            - path: main.tf
              contentTemplate: |
                variable "password" {}
                variable "pem" {}
                resource "terraform_data" "thing" {
                  input = "\${var.password} \${var.pem}"
                  provisioner "local-exec" {
                    command = "echo $CLOUD_TOKEN; echo '\${var.password}'; echo failed with $CLOUD_TOKEN >&2; exit {{.current.basic.status}}"
                  }
                }
                output "echo" { value = terraform_data.thing.output }
          variables: { password: "{{.current.basic.password}}", pem: "{{.current.basic.pem}}" }
          env: { CLOUD_TOKEN: { secretRef: env:TERRAFORM } }`;

const actionsAt = (host: string): Readonly<Record<string, string>> => ({
  bearer: REST(host, '{ type: bearer, secretRef: env:BEARER }'),
  basic: REST(host, '{ type: basic, secretRef: env:PAIR }'),
  oauth: REST(host, OAUTH(host, '/oauth/token')),
  'oauth-refused': REST(host, OAUTH(host, '/echo?status=401')),
  sigv4: REST(host, '{ type: aws-sigv4, region: eu-central-1, service: execute-api, secretRef: env:AWS }'),
  webhook: `
      - type: webhook
        id: act
        config:
          url: "http://${host}/echo?status={{.current.basic.status}}"
          headers: { X-Vault: { secretRef: env:HEADER } }
          payloadTemplate: { password: "{{.current.basic.password}}", pem: "{{.current.basic.pem}}" }
          secretRef: env:WEBHOOK`,
  jira: `
      - type: jira-ticket
        id: act
        config: { instance: ops, ticket: { project: OPS, summaryTemplate: "Do {{.current.name}}" } }`,
  servicenow: `
      - type: servicenow-request
        id: act
        config: { instance: main, table: incident, variables: { short_description: "Do {{.current.name}}" } }`,
  commit: `
      - type: git-commit
        id: act
        config:
          repository: octo/infra
          branch: main
          commitMessage: "Add {{.current.name}}"
          files: [{ path: a.txt, contentTemplate: "a" }]`,
  workflow: `
      - type: github-workflow
        id: act
        config: { repository: octo/infra, workflowFile: deploy.yml, ref: main }`,
  terraform: TERRAFORM,
});

const item = (id: string, actions: string): string =>
  itemDocument({
    id,
    name: id,
    description:
      'Hands secrets to a target that gives back all it gets, which is what the end-to-end tests of secrets ask for.',
    fields: [
      '{ id: status, name: Status, type: number, default: 400, validation: { min: 0, max: 599, integer: true } }',
      '{ id: password, name: Password, type: password, required: true, validation: { minLength: 8 } }',
      '{ id: pem, name: Key, type: password, required: true, validation: { minLength: 8 } }',
    ],
    actions: [actions],
  });

/** Items that hand every kind of secret to a target at `host`. @returns their ids */
export const writeCanaryCatalog = async (folder: string, host: string): Promise<readonly string[]> => {
  const items = Object.entries(actionsAt(host));
  await mkdir(join(folder, 'catalog/testing'), { recursive: true });
  for (const [id, actions] of items) await writeFile(join(folder, `catalog/testing/${id}.yaml`), item(id, actions));
  return items.map(([id]) => id);
};
