import type { Facts } from '../../core/domain/notifications/subscription.ts';
import { linesOf, titleOf } from '../../core/domain/notifications/text.ts';
import type { Links } from './links.ts';

/** Limits of Slack: of a header, a field and a text, and of the blocks of one message. */
const HEADER = 150;
const FIELD = 2_000;
const TEXT = 3_000;
const MOST_BLOCKS = 50;

const cut = (text: string, most: number): string =>
  (text.length <= most ? text : `${text.slice(0, most - 1)}…`).toWellFormed();

/** The three characters that are markup anywhere in a text of Slack's. */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Shown as it is: no markup is looked for in it. */
const plain = (text: string, most: number) => ({ type: 'plain_text', text: cut(text, most), emoji: false });

const blocksOf = (facts: Facts, links: Links): readonly object[] => {
  const fields = linesOf(facts).map(([label, value]) => plain(`${label}\n${value}`, FIELD));
  const url = links(facts);
  const link =
    url === undefined ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: `<${url}|Open the request>` } }];
  return [{ type: 'header', text: plain(titleOf(facts), HEADER) }, { type: 'section', fields }, ...link];
};

const bundleBlocks = (all: readonly Facts[]): readonly object[] => {
  const shown = all.slice(0, MOST_BLOCKS - 2);
  const more = all.length - shown.length;
  return [
    { type: 'header', text: plain(`${all.length} notifications`, HEADER) },
    ...shown.map((facts) => ({ type: 'section', text: plain(`${titleOf(facts)}\n${facts.occurredAt}`, TEXT) })),
    ...(more > 0 ? [{ type: 'section', text: plain(`and ${more} more`, TEXT) }] : []),
  ];
};

/** The body for an incoming webhook of Slack, or of what understands the same (Mattermost, Rocket.Chat). */
export const slackBody = (all: readonly [Facts, ...Facts[]], links: Links, texts?: readonly string[]): string => {
  if (texts) return JSON.stringify({ text: escaped(cut(texts.join('\n\n'), TEXT)) });
  const [first] = all;
  if (all.length === 1) return JSON.stringify({ text: escaped(titleOf(first)), blocks: blocksOf(first, links) });
  return JSON.stringify({ text: `${all.length} notifications`, blocks: bundleBlocks(all) });
};
