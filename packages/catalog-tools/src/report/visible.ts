/**
 * Documents quote themselves in findings. Control characters, and characters that reorder or hide text, must not move
 * the cursor of a terminal or forge a line of a log. As long as the text was, so that columns stay right.
 */
export const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (found) => '\uFFFD'.repeat(found.length));
