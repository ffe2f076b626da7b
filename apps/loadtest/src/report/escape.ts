const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** The same for XML 1.0 (2.2), which cannot hold most control characters and lone surrogates at all. */
export function escapeXml(text: string): string {
  return escapeHtml(text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd'));
}

/** Text for a terminal: what comes from outside must not steer it. */
export function escapeTerminal(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}

/** Data for a script element: nothing in it may end the element or start a comment. */
export function escapeScript(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Text for a cell of a Markdown table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replace(/\s*\n\s*/g, ' ');
}
