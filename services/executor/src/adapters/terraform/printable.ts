const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])/g;
// What moves the cursor, or makes text look like another: controls, and marks that change the direction of writing.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/g;

/** A text that shows what it says, wherever it is shown. */
export const printable = (text: string): string => text.replaceAll(ESCAPES, '').replaceAll(UNSEEN, '').toWellFormed();
