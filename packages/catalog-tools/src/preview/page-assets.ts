/** Both are the same on every page, so that its policy can name them by their digests. */
export const STYLE = `
:root { color-scheme: light dark; --line: #c3c7cf; --soft: #5b6270; --back: #f6f7f9; --card: #fff; --mark: #1f5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --line: #454b57; --soft: #a5adbb; --back: #16181d; --card: #1f2229; --mark: #86b4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0; line-height: 1.2; }
fieldset, .about { margin: 1.5rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
legend { padding: 0 .4rem; font-weight: 600; }
.field { margin: 1rem 0; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.check { display: flex; gap: .5rem; align-items: baseline; }
.required { color: var(--mark); font-weight: 400; }
.help, .meta { margin: .25rem 0 0; color: var(--soft); font-size: .875rem; white-space: pre-line; }
input:not([type=checkbox]), select, textarea { width: 100%; padding: .5rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: transparent; color: inherit; font: inherit; }
select:not([multiple]) option { background: var(--card); }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
button { padding: .55rem 1.1rem; border: 0; border-radius: 6px; background: var(--mark); color: var(--card); font: inherit; font-weight: 600; cursor: pointer; }
[hidden] { display: none; }
`;

/**
 * Shows a field when its condition holds, as the server judges it: the field it looks at must be shown itself. A group
 * without a field to show is hidden.
 */
export const SCRIPT = `
'use strict';
const boxes = new Map([...document.querySelectorAll('[data-field]')].map((box) => [box.dataset.field, box]));
const conditionOf = (box) => box.dataset.condition === undefined ? undefined : JSON.parse(box.dataset.condition);
const valueOf = (box) => {
  const input = box.querySelector('input, select, textarea');
  if (input.type === 'checkbox') return input.checked;
  if (input.type === 'file') return input.files.length > 0 ? input.files[0].name : undefined;
  if (input.tagName === 'SELECT') {
    const chosen = [...input.selectedOptions].filter((one) => one.dataset.json !== undefined).map((one) => JSON.parse(one.dataset.json));
    return input.multiple ? (chosen.length > 0 ? chosen : undefined) : chosen[0];
  }
  if (input.value === '') return undefined;
  if (input.dataset.list !== undefined) return input.value.split('\\n').filter((line) => line !== '');
  return input.type === 'number' ? Number(input.value) : input.value;
};
const holds = (value, wanted) => [value].flat().some((one) => one !== undefined && wanted.includes(one));
const isShown = (box, above) => {
  const rule = conditionOf(box);
  if (rule === undefined) return true;
  const on = boxes.get(rule.dependsOn);
  if (on === undefined || above.includes(on) || !isShown(on, [...above, box])) return false;
  const value = valueOf(on);
  const wanted = [rule.value ?? []].flat();
  if (rule.condition === 'exists') return (value !== undefined) === (rule.value !== false);
  const found = holds(value, wanted);
  return rule.condition === 'equals' || rule.condition === 'in' ? found : !found;
};
const update = () => {
  for (const box of boxes.values()) {
    const shown = isShown(box, []);
    box.hidden = !shown;
    box.querySelector('input, select, textarea').disabled = !shown;
  }
  for (const group of document.querySelectorAll('fieldset')) {
    group.hidden = group.querySelector('[data-field]:not([hidden])') === null;
  }
};
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
form.addEventListener('input', () => { status.textContent = ''; update(); });
form.addEventListener('reset', () => setTimeout(update));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  status.textContent = 'The browser finds nothing wrong. Patterns are judged by PAO.';
});
update();
`;

/** SHA-256 of the texts above, in base64; the test beside says what they must be. */
export const STYLE_DIGEST = 'wy+SFnWhGzUDZM1Bt20lmbOZKrWdQjghv3IzGRDDj/s=';
export const SCRIPT_DIGEST = 'YI+tGqax3Y+/cBcE/P2Fi4A0X3tiEvdizk8QsZBFtCI=';
