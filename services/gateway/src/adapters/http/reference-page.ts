export const renderReference = (document: unknown): string => `<pre>${JSON.stringify(document)}</pre>`;
