/**
 * Untrusted text for HTML and SVG, in content and in quoted attributes. Control characters and bidirectional overrides,
 * which can make a file name read as another, become U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
