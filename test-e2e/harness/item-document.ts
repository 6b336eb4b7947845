/** What an item of a test's catalog has of its own; all else is the same for every one. */
interface ItemDocument {
  /** What follows `testing-`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version?: string;
  /** The fields of the group `basic`, each as a flow mapping; without any there is no such group. */
  readonly fields?: readonly string[];
  /** What the ticket gives that is opened where the item is done by hand, as a flow mapping. */
  readonly ticketOutputs?: string;
  /** Blocks of YAML, each of which starts with a line break and is indented as an entry of `actions`. */
  readonly actions: readonly string[];
  /** Further members of the document, each a line of YAML. */
  readonly rest?: readonly string[];
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const groupOf = (fields: readonly string[]): string => `    groups:
      - id: basic
        name: Basic
        fields:
${lines(fields.map((field) => `          - ${field}`))}`;

/** What stands below `form`: a name, and these fields. */
export const formOf = (fields: readonly string[]): string => `    name: Name
    type: string
    required: true
    validation: { pattern: "^[a-z][a-z0-9-]{1,60}$" }
${fields.length === 0 ? '' : groupOf(fields)}`;

/** The text of an item that is done by the platform, and by hand with a ticket that says so. */
export const itemDocument = ({
  id,
  name,
  description,
  version = '1.0.0',
  fields = [],
  ticketOutputs,
  actions,
  rest = [],
}: ItemDocument): string => `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: testing-${id}
  name: ${name}
  description: ${description}
  version: ${version}
  category: testing
  owner: { team: testing, contact: testing@example.test }
input:
  form:
${formOf(fields)}fulfillment:
  strategy: { mode: automatic }
  manual:
    actions:
      - type: jira-ticket
        config: { ticket: { project: TEST, summaryTemplate: "Do {{.current.name}}" } }
${ticketOutputs === undefined ? '' : `        outputs: ${ticketOutputs}\n`}  automatic:
    actions:${actions.join('')}
${lines(rest)}`;
