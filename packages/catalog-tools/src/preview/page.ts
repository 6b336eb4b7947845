import type { CatalogDocument } from '@pao/documents';
import { attributes, escapeHtml } from './html.ts';
import { helpId, inputId, inputOf } from './inputs.ts';
import { SCRIPT, SCRIPT_DIGEST, STYLE, STYLE_DIGEST } from './page-assets.ts';
import { type FormPreview, formPreview, type PreviewField, type PreviewGroup } from './preview.ts';

// Nothing is loaded and nothing is sent, whatever a document's text may contain.
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_DIGEST}'`,
  `script-src 'sha256-${SCRIPT_DIGEST}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A page of its own on which a document's form can be tried out. All texts of the document are escaped. */
export const formPage = (document: CatalogDocument): string => {
  const preview = formPreview(document);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(preview.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${heading(preview)}
<form autocomplete="off">
${preview.groups.map(groupHtml).join('\n')}
<button type="submit">Check the input</button>
<p class="help" role="status"></p>
</form>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
};

const heading = ({ name, description, id, version }: FormPreview): string => `<h1>${escapeHtml(name)}</h1>
<p class="meta">${escapeHtml(id)} ${escapeHtml(version)}: a preview, nothing is sent.</p>
<p>${escapeHtml(description.trim())}</p>`;

const groupHtml = ({ name, description, fields }: PreviewGroup): string => {
  const inner = fields.map(fieldHtml).join('\n');
  if (name === undefined) return `<div class="about">\n${inner}\n</div>`;
  const help = description === undefined ? '' : `<p class="help">${escapeHtml(description.trim())}</p>\n`;
  return `<fieldset>\n<legend>${escapeHtml(name)}</legend>\n${help}${inner}\n</fieldset>`;
};

const fieldHtml = (field: PreviewField): string => {
  const condition = field.conditional === undefined ? undefined : JSON.stringify(field.conditional);
  const box = attributes({ class: 'field', 'data-field': field.path, 'data-condition': condition });
  const required = field.required ? ' <span class="required">(required)</span>' : '';
  const label = `<label${attributes({ for: inputId(field) })}>${escapeHtml(field.name)}${required}</label>`;
  const control =
    field.component === 'checkbox' ? `<div class="check">${inputOf(field)}${label}</div>` : label + inputOf(field);
  return `<div${box}>${control}<p${attributes({ class: 'help', id: helpId(field) })}>${escapeHtml(helpText(field))}</p></div>`;
};

const helpText = ({ description, limits, shownWhen, component }: PreviewField): string =>
  [
    description?.trim(),
    component === 'tags' ? 'One entry a line.' : undefined,
    limits.length === 0 ? undefined : `Accepted: ${limits.join('; ')}.`,
    shownWhen === undefined ? undefined : `Shown when ${shownWhen}.`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
