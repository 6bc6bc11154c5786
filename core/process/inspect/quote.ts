/** Most characters of a path or name that are shown. */
const quotedMax = 500;

/** A name on one line: in quotes, control characters escaped, its end cut off if it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > quotedMax ? `${text.slice(0, quotedMax)}...` : text);
}
