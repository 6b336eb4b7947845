/** Texts of small documents that tests start from. */
export const itemText = ({
  id = 'database-cache-small',
}: {
  readonly id?: string;
} = {}): string => `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: ${id}
  name: Cache
  description: A small managed cache for one application, reachable from its namespace.
  version: 1.0.0
  category: databases
  owner: { team: platform-databases }
input:
  form:
    name: Cache name
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: size, name: Size, type: number, required: true, validation: { min: 1, max: 8 } }
          - { id: note, name: Note, type: string }
fulfillment:
  strategy: { mode: automatic }
  automatic:
    actions:
      - type: rest-api
        id: create
        name: Create the cache
        config:
          endpoint: { url: "https://platform.example.com/caches", method: POST }
          body:
            type: json
            contentTemplate: |
              {
                "name": "{{.current.name}}",
                "size": {{.current.basic.size}}
              }
        outputs: { id: body.id }
      - type: webhook
        id: announce
        config: { url: "https://chat.example.com/{{.output.id}}", payloadTemplate: '{"id":"{{.output.id}}"}' }
  manual:
    actions:
      - type: jira-ticket
        config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } }
`;

export const bundleText = (): string => `schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-shop-small
  name: Shop
  description: Two caches for a small shop, one for its sessions and one for its carts.
  version: 1.0.0
  owner: { team: platform-databases }
components:
  - { id: sessions, catalogItem: database-cache-small }
  - { id: carts, catalogItem: database-cache-small, dependsOn: [sessions] }
input:
  form:
    name: Shop name
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: size, name: Size, type: number, required: true, validation: { min: 1, max: 8 } }
`;
