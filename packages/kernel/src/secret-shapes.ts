/** Anything shorter would be found in every other word. */
export const MIN_SECRET_LENGTH = 4;

const HTML: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const inHtml = (secret: string, apostrophe: string): string =>
  secret.replaceAll(/[&<>"]/g, (character) => HTML[character] ?? character).replaceAll("'", apostrophe);

/** Not everybody escapes what need not be. */
const inSparingHtml = (secret: string): readonly string[] =>
  [/[&<>]/g, /[&<"]/g, /[&<]/g].map((some) => secret.replaceAll(some, (character) => HTML[character] ?? character));

/** JSON whose writer keeps to ASCII, as many do. */
const asciiJson = (json: string): string =>
  json.replaceAll(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * What of its base64 depends on nothing before or behind it, as it stands after 0, 1 or 2 bytes more than a multiple of three: a
 * name and a colon go before a password.
 */
const withinBase64 = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [0, 1, 2]
    .map((before) => {
      const whole = Buffer.concat([Buffer.alloc(before), bytes]);
      return whole.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    })
    .filter(({ length }) => length >= MIN_SECRET_LENGTH);
};

const inBase64Url = (shape: string): string => shape.replaceAll('+', '-').replaceAll('/', '_');

/** Of a key in several lines each line says much; its first and last say what it is. */
const LEAST_OF_A_LINE = 16;

/** Its lines, for who gives it back line by line, and those of its base64 as mail (76) and PEM (64) break them. */
const linesOf = (secret: string): readonly string[] => {
  const base64 = Buffer.from(secret).toString('base64');
  const broken = [64, 76].flatMap((width) =>
    base64.length > width ? (base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : [],
  );
  const own = secret.includes('\n') ? secret.split(/\r?\n/).filter((line) => !line.startsWith('-----')) : [];
  return [...own, ...broken].filter(({ length }) => length >= LEAST_OF_A_LINE);
};

/** JSON within JSON, as errors quote what they got, and those who pass them on quote that. */
const nestedJson = (json: string): readonly string[] => {
  const shapes = [json];
  for (let depth = 0; depth < 3; depth += 1) shapes.push(JSON.stringify(shapes.at(-1)).slice(1, -1));
  return shapes;
};

/** What carriers make of a text. */
const carriedShapes = (text: string): readonly string[] => {
  const url = encodeURIComponent(text.toWellFormed());
  const hex = Buffer.from(text).toString('hex');
  // With its padding, so that none of it stays.
  const base64 = [Buffer.from(text).toString('base64'), ...withinBase64(text)];
  return [
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    String(new URLSearchParams({ s: text })).slice('s='.length),
    ...["'", '&#39;', '&#x27;', '&apos;'].map((apostrophe) => inHtml(text, apostrophe)),
    ...inSparingHtml(text),
    ...base64,
    ...base64.map(inBase64Url),
    hex,
    hex.toUpperCase(),
  ];
};

/** The shapes in which a secret comes back from whoever was given it. */
export const shapesOf = (secret: string): readonly string[] => {
  const json = JSON.stringify(secret).slice(1, -1);
  const written = [json, asciiJson(json)].flatMap((shape) => [shape, shape.replaceAll('/', '\\/')]);
  return [
    secret,
    ...written,
    ...nestedJson(json),
    // A body that is given back encoded has the secret in it as JSON wrote it.
    ...[...new Set([secret, ...written])].flatMap(carriedShapes),
    ...linesOf(secret),
  ];
};
