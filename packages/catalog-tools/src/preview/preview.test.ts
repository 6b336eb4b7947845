import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { formPage, formPreview, formText } from '../index.ts';
import { ALL_FIELDS, documentOf, EVIL } from './all-fields.fixture.ts';
import { SCRIPT, SCRIPT_DIGEST, STYLE, STYLE_DIGEST } from './page-assets.ts';

const document = documentOf(ALL_FIELDS);
const page = formPage(document);

/** The element that holds a field. */
const box = (path: string, html = page): string =>
  html.split('<div class="field"').find((part) => part.includes(` data-field="${path}"`)) ?? '';

test('a preview groups the fields and says limits and conditions in words', (t) => {
  const { groups } = formPreview(document);
  t.deepEqual(
    groups.map(({ id, fields }) => [id, fields.length]),
    [
      [undefined, 1],
      ['basic', 6],
      ['more', 6],
      ['dependent', 4],
    ],
  );
  const fields = new Map(groups.flatMap((group) => group.fields.map((field) => [field.path, field])));
  t.deepEqual(fields.get('basic.size')?.limits, ['20 to 1000', 'a whole number', 'a multiple of 10']);
  t.deepEqual(fields.get('more.zones')?.limits, ['at least 1 entry']);
  t.deepEqual(fields.get('more.start')?.limits, ['from 2026-01-01 to 2030-12-31']);
  t.is(fields.get('dependent.approver')?.shownWhen, 'Reason is given');
  t.is(fields.get('dependent.third')?.shownWhen, 'Zones includes 3');
  t.is(fields.get('dependent.cheap')?.shownWhen, `Environment is not ${EVIL}`);
  t.is(fields.get('basic.team')?.shownWhen, undefined);
});

test('the text for a terminal has every field, and nothing that moves a cursor', (t) => {
  const text = formText(formPreview(documentOf(ALL_FIELDS.replaceAll('\\u202e', '\\u202e\\u001b[2J'))));
  for (const line of ['Size (GB)  [basic.size]  number, optional', 'default: 50', 'limits: 20 to 1000;']) {
    t.true(text.includes(line), line);
  }
  t.true(text.includes('Secret  [more.secret]  password, optional, secret'));
  t.notRegex(text, /[\u001b\u202e]/);
});

test('each type is drawn as its input, with rules as attributes and its default filled in', (t) => {
  const expected: Readonly<Record<string, RegExp>> = {
    name: /<input type="text" id="field-name" name="name" required .*minlength="3" maxlength="29"/,
    'basic.team': /<input type="text".* required .*maxlength="40"/,
    'basic.notes': /<textarea .*maxlength="500">\n&lt;\/textarea&gt;/,
    'basic.size': /<input type="number".*min="20" max="1000" step="10" value="50">/,
    'basic.odd': /<input type="number".*min="5" step="any">/,
    'basic.standby': /<input type="checkbox".* checked>/,
    'basic.environment': /<select .*<option value="">.*<option value="dev" data-json="&quot;dev&quot;" selected>/,
    'more.zones': /<select .* multiple size="3"><option value="1" data-json="1" selected>.*data-json="2">/,
    'more.tags': /<textarea .* data-list>\na\nb<\/textarea>/,
    'more.start': /<input type="date".*min="2026-01-01" max="2030-12-31">/,
    'more.contact': /<input type="email"/,
    'more.secret': /<input type="password".*minlength="12" autocomplete="new-password">/,
    'more.licence': /<input type="file".* accept="application\/pdf">/,
  };
  for (const [path, pattern] of Object.entries(expected)) t.regex(box(path), pattern);
  for (const { path } of formPreview(document).form.fields) {
    t.true(box(path).includes(`<label for="field-${path}">`), `${path} has a label`);
    t.true(box(path).includes(`aria-describedby="help-${path}"`) && box(path).includes(`id="help-${path}"`));
  }
});

test('texts of the document stay text, and patterns are not given to the browser to run', (t) => {
  t.false(page.includes('<img'));
  t.false(page.includes('\u202e'));
  t.is(page.match(/<\/script>/g)?.length, 1);
  t.notRegex(page, / pattern=/);
  const tags = page.replace(SCRIPT, '').replaceAll(/"[^"]*"/g, '""');
  t.notRegex(tags, /<[a-z][^>]* (src|href|action|style|on\w+)=/);
});

test('the policy allows exactly the style and the script of the page, and nothing from elsewhere', (t) => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
  t.is(STYLE_DIGEST, digest(STYLE));
  t.is(SCRIPT_DIGEST, digest(SCRIPT));
  t.true(page.includes(`<style>${STYLE}</style>`) && page.includes(`<script>${SCRIPT}</script>`));
  const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  t.regex(policy, /^default-src &#39;none&#39;; .*form-action &#39;none&#39;$/);
  t.notRegex(policy, /unsafe|https?:|\*/);
});

const chromium = ((): string | undefined => {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next name.
    }
  }
  return undefined;
})();

const inBrowser = chromium === undefined ? test.skip : test;
inBrowser(
  'in a browser the script runs, and fields whose condition does not hold are hidden (needs Chromium)',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'pao-preview-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const rendered = async (html: string): Promise<string> => {
      const file = join(folder, 'page.html');
      await writeFile(file, html);
      const switches = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
      return execFileSync(chromium ?? '', [...switches, '--dump-dom', pathToFileURL(file).href], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    };
    const hidden = (html: string): readonly string[] =>
      [...html.matchAll(/data-field="([^"]+)"[^>]* hidden=""/g)].map(([, path = '']) => path);
    t.deepEqual(hidden(await rendered(page)), ['dependent.reason', 'dependent.approver']);
    const production = formPage(documentOf(ALL_FIELDS.replace('default: dev', 'default: prod')));
    t.deepEqual(hidden(await rendered(production)), ['dependent.approver', 'dependent.cheap']);
    const never = ALL_FIELDS.replaceAll(/^ +- \{ id: (cheap|third),.*\n/gm, '');
    t.regex(await rendered(formPage(documentOf(never))), /<fieldset hidden="">\s*<legend>Dependent/);
    const act = `<script>
    document.getElementById('field-basic.environment').value = 'prod';
    document.getElementById('field-dependent.reason').value = 'x';
    document.querySelector('form').dispatchEvent(new Event('input'));
  </script></body>`;
    const tampered = page.replace('</body>', act);
    t.deepEqual(hidden(await rendered(tampered)), ['dependent.reason', 'dependent.approver'], 'the policy stops it');
    const allowed = tampered.replace(/<meta http-equiv[^>]*>/, '');
    t.deepEqual(hidden(await rendered(allowed)), ['dependent.cheap']);
  },
);
