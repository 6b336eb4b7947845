import { mappingPaths } from '../bundle/mapping.ts';
import { inDependencyOrder } from '../bundle/order.ts';
import type { CatalogBundle } from '../document.ts';
import { formOf } from '../form/definition.ts';
import { didYouMean } from '../near.ts';
import { eachText } from '../pointer.ts';
import { type Report, repeated } from './report.ts';

/** What a bundle's components say of each other; the items they name are looked at with the whole catalog. */
export const checkComponents = (bundle: CatalogBundle, report: Report): void => {
  const { components } = bundle;
  const ids = components.map((component) => component.id);
  for (const index of repeated(ids)) {
    report('COMPONENT_ID_NOT_UNIQUE', ['components', index, 'id'], `Another component is called \`${ids[index]}\`.`);
  }
  for (const [index, component] of components.entries()) {
    for (const [position, id] of component.dependsOn.entries()) {
      if (ids.includes(id)) continue;
      const hint = didYouMean(id, ids);
      report(
        'COMPONENT_DEPENDS_UNKNOWN',
        ['components', index, 'dependsOn', position],
        `There is no component \`${id}\`.`,
        { hint },
      );
    }
  }
  checkCycle(bundle, report);
  checkMappings(bundle, report);
};

const checkCycle = ({ components }: CatalogBundle, report: Report): void => {
  const unique = components.filter(
    (component, index) => components.findIndex(({ id }) => id === component.id) === index,
  );
  const ordered = inDependencyOrder(unique);
  if (ordered.ok) return;
  const [first, second] = ordered.error;
  const index = components.findIndex((component) => component.id === first);
  const position = components[index]?.dependsOn.indexOf(second ?? '') ?? 0;
  const message = `The components depend on each other in a circle: ${ordered.error.join(' → ')}.`;
  report('COMPONENT_CYCLE', ['components', index, 'dependsOn', position], message);
};

/** A component's input reads the bundle's own input, and nothing that exists only later. */
const checkMappings = (bundle: CatalogBundle, report: Report): void => {
  const form = formOf(bundle);
  for (const [index, { input }] of bundle.components.entries()) {
    eachText(input, ['components', index, 'input'], (text, path) => {
      for (const mapped of mappingPaths(text)) {
        if (mapped !== undefined && form.byPath.has(mapped)) continue;
        const message =
          mapped === undefined
            ? 'Only plain `{{.current.…}}` variables can be mapped.'
            : `The bundle's form has no field \`${mapped}\`.`;
        report(
          'MAPPING_INVALID',
          path,
          message,
          mapped === undefined ? {} : { within: mapped, hint: didYouMean(mapped, form.byPath.keys()) },
        );
      }
    });
  }
};
