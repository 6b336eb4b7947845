import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemDocument } from './item-document.ts';

const actionsAt = (host: string): string => `
      - type: rest-api
        id: create
        name: Create it
        config:
          endpoint: { url: "http://${host}/create", method: POST }
          body: { type: json, contentTemplate: '{"name": "{{.current.name}}", "password": "{{.current.basic.adminPassword}}"}' }
      - type: rest-api
        id: lock
        name: Lock it
        config:
          endpoint: { url: "http://${host}/lock", method: POST }
          headers: { Authorization: 'Basic {{.current.name | concat ":" .current.basic.adminPassword | base64}}' }
          body: { type: form-urlencoded, contentTemplate: { password: "{{.current.basic.adminPassword}}" } }`;

/** Writes a catalog of one item, `testing-password`: it gives a password to the target twice, in headers and bodies of two calls. */
export const writePasswordCatalog = async (folder: string, host: string): Promise<void> => {
  const item = itemDocument({
    id: 'password',
    name: 'Something with a password',
    description: 'Hands a password to a target, which is what the end-to-end tests of secrets ask for.',
    fields: ['{ id: adminPassword, name: Password, type: password, required: true, validation: { minLength: 8 } }'],
    actions: [actionsAt(host)],
  });
  await mkdir(join(folder, 'catalog/testing'), { recursive: true });
  await writeFile(join(folder, 'catalog/testing/password.yaml'), item);
};
