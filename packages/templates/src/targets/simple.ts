import { type TargetRules, uniform } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import { textOf } from '../values.ts';

/** Text as it is, where nothing has a structure that could change. */
export const plain: TargetRules = uniform((value) => textOf(value));

const NOT_IN_A_HEADER = /[\u0000-\u001f\u007f-\u009f]|[^\u0000-\u00ff]/;

/** A header's value: one line of characters that every HTTP client can send. */
export const header: TargetRules = uniform((value) => {
  const text = textOf(value);
  if (!NOT_IN_A_HEADER.test(text)) return text;
  throw new Refusal(
    'unrepresentable',
    'a header can’t carry line breaks, control characters or characters beyond Latin-1',
    {
      hint: 'pipe it through slug or base64',
    },
  );
});

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

export const withoutControls = (text: string): string =>
  text.replace(CONTROL, '').replace(/\r\n?/g, '\n').toWellFormed();

/** Text for a text node of an Atlassian document: no markup there, so nothing to escape but what JSON text can't show. */
export const jiraAdfText: TargetRules = uniform((value) => withoutControls(textOf(value, ', ')));
