import { type CatalogDocument, parseDocument } from '@pao/documents';

/** What a document may say and a page must not take for markup. */
export const EVIL = `</textarea></script><img src=x onerror=alert(1)>"'&\u202e`;

const evil = JSON.stringify(EVIL);

/** An item with a field of each type, conditions and hostile texts. */
export const ALL_FIELDS = `
schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: database-every-field
  name: Every field ${EVIL.replace('\u202e', '')}
  description: ${evil}
  version: 1.0.0
  category: databases
  owner: { team: platform-databases }
input:
  form:
    name: Name
    description: ${evil}
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}$", message: lower-case letters, minLength: 3, maxLength: 29 }
    groups:
      - id: basic
        name: ${evil}
        description: The plain ones.
        fields:
          - { id: team, name: Team, type: string, required: true, placeholder: ${evil}, validation: { maxLength: 40 } }
          - { id: notes, name: Notes, type: textarea, default: ${evil}, validation: { maxLength: 500 } }
          - { id: size, name: Size (GB), type: number, default: 50, validation: { min: 20, max: 1000, step: 10, integer: true } }
          - { id: odd, name: Odd steps, type: number, validation: { min: 5, step: 10 } }
          - { id: standby, name: Standby, type: boolean, default: true }
          - id: environment
            name: Environment
            type: select
            required: true
            default: dev
            enum: [{ value: dev, label: Development }, { value: prod, label: ${evil} }]
      - id: more
        name: More
        fields:
          - { id: zones, name: Zones, type: multiselect, enum: [1, 2, 3], default: [1, 3], validation: { minItems: 1 } }
          - { id: tags, name: Tags, type: multiselect, default: [a, b] }
          - { id: start, name: Start, type: date, validation: { min: "2026-01-01", max: "2030-12-31" } }
          - { id: contact, name: Contact, type: email }
          - { id: secret, name: Secret, type: password, validation: { minLength: 12 } }
          - { id: licence, name: Licence, type: file, validation: { maxSize: 64KiB, mediaTypes: [application/pdf] } }
      - id: dependent
        name: Dependent
        fields:
          - { id: reason, name: Reason, type: string, required: true, conditional: { dependsOn: basic.environment, condition: equals, value: prod } }
          - { id: approver, name: Approver, type: string, conditional: { dependsOn: reason, condition: exists } }
          - { id: cheap, name: Cheap, type: boolean, conditional: { dependsOn: basic.environment, condition: notIn, value: [prod] } }
          - { id: third, name: Third zone, type: string, conditional: { dependsOn: more.zones, condition: equals, value: 3 } }
fulfillment:
  strategy: { mode: manual }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
`;

export const documentOf = (text: string): CatalogDocument => {
  const { document, findings } = parseDocument(text, { path: 'item.yaml' });
  if (document === undefined) throw new Error(JSON.stringify(findings));
  return document;
};
