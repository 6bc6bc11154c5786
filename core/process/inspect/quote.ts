/** Most characters of a path or name that are shown. */
const quotedMax = 500;

/** A name on one line, in quotes, with control characters escaped. The end of a long name is cut off. */
export function quote(text: string): string {
  return JSON.stringify(text.length > quotedMax ? `${text.slice(0, quotedMax)}...` : text);
}
