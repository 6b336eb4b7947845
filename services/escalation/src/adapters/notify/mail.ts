import type { Facts } from '../../core/domain/notifications/subscription.ts';
import { linesOf, titleOf } from '../../core/domain/notifications/text.ts';
import type { Links } from './links.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** A header is one line, and shows no direction or control that could make it look like another. */
export const headerText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
    .slice(0, 200)
    .toWellFormed();

const plainOf = (facts: Facts, links: Links): string => {
  const url = links(facts);
  const lines = linesOf(facts).map(([label, value]) => `${label}: ${value}`);
  return [titleOf(facts), '', ...lines, ...(url === undefined ? [] : ['', url])].join('\n');
};

const htmlOf = (facts: Facts, links: Links): string => {
  const url = links(facts);
  const rows = linesOf(facts).map(
    ([label, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#666;vertical-align:top">${escaped(label)}</td><td style="padding:2px 0;white-space:pre-wrap">${escaped(value)}</td></tr>`,
  );
  const link = url === undefined ? '' : `<p><a href="${escaped(url)}">Open the request</a></p>`;
  return `<h2 style="font-size:18px">${escaped(titleOf(facts))}</h2><table style="border-collapse:collapse">${rows.join('')}</table>${link}`;
};

const page = (content: string): string =>
  `<!doctype html><html><body style="font-family:sans-serif;font-size:14px;color:#222">${content}</body></html>`;

/** Text and simple HTML that say the same. */
export const mailText = (all: readonly [Facts, ...Facts[]], links: Links, texts?: readonly string[]): MailText => {
  const subject = headerText(all.length === 1 ? titleOf(all[0]) : `${all.length} notifications`);
  const text = (texts ?? all.map((facts) => plainOf(facts, links))).join('\n\n---\n\n').toWellFormed();
  const html = texts
    ? texts.map((one) => `<p style="white-space:pre-wrap">${escaped(one)}</p>`).join('<hr>')
    : all.map((facts) => htmlOf(facts, links)).join('<hr>');
  return { subject, text, html: page(html.toWellFormed()) };
};
