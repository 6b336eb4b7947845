import { isJsonObject, type Json } from '@pao/kernel';
import { type Html, html } from './html.ts';

/** Shows an Atlassian document, or the wiki text of version 2, as far as tickets of automation go. */
export const documentHtml = (node: Json | undefined): Html => {
  if (typeof node === 'string') return html`<pre class="text">${node}</pre>`;
  if (!isJsonObject(node)) return html`<p class="quiet">No description.</p>`;
  return nodeHtml(node, 0);
};

const MAX_DEPTH = 20;

/** The text of the first code block of a language; empty when there is none. */
export const codeBlockText = (node: Json | undefined, language: string, depth = 0): string => {
  if (!isJsonObject(node) || depth > MAX_DEPTH) return '';
  const content = Array.isArray(node['content']) ? node['content'] : [];
  const attributes = isJsonObject(node['attrs']) ? node['attrs'] : {};
  if (node['type'] === 'codeBlock' && attributes['language'] === language)
    return content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
  for (const child of content) {
    const found = codeBlockText(child, language, depth + 1);
    if (found !== '') return found;
  }
  return '';
};

const nodeHtml = (node: Json, depth: number): Html => {
  if (!isJsonObject(node) || depth > MAX_DEPTH) return html``;
  const content = Array.isArray(node['content']) ? node['content'] : [];
  const inner = () => content.map((child) => nodeHtml(child, depth + 1));
  switch (node['type']) {
    case 'text':
      return marked(html`${typeof node['text'] === 'string' ? node['text'] : ''}`, node['marks']);
    case 'hardBreak':
      return html`<br>`;
    case 'paragraph':
      return html`<p>${inner()}</p>`;
    case 'heading':
      return html`<h3>${inner()}</h3>`;
    case 'codeBlock':
      return html`<pre>${inner()}</pre>`;
    case 'bulletList':
      return html`<ul>${inner()}</ul>`;
    case 'orderedList':
      return html`<ol>${inner()}</ol>`;
    case 'listItem':
      return html`<li>${inner()}</li>`;
    case 'panel':
    case 'blockquote':
      return html`<blockquote>${inner()}</blockquote>`;
    case 'rule':
      return html`<hr>`;
    case 'table':
      return html`<table>${inner()}</table>`;
    case 'tableRow':
      return html`<tr>${inner()}</tr>`;
    case 'tableHeader':
    case 'tableCell':
      return html`<td>${inner()}</td>`;
    default:
      return html`${inner()}`;
  }
};

const marked = (text: Html, marks: Json | undefined): Html => {
  const types = Array.isArray(marks) ? marks.map((mark) => (isJsonObject(mark) ? mark['type'] : undefined)) : [];
  const strong = types.includes('strong') ? html`<strong>${text}</strong>` : text;
  return types.includes('code') ? html`<code>${strong}</code>` : strong;
};
