/** Most bytes of one line of a log. rsyslog takes 8 KiB by default. */
export const lineBytesMax = 8000;

/**
 * The lines of a message or of a program's output. Empty lines are dropped (lines without a byte, as in CTDB). Bytes stay
 * as they are, except NUL: logs and syslog read it as the end, so it becomes a space. A line that is longer than
 * `lineBytesMax` is cut, and says how much is left out.
 */
export function logLines(message: string | Uint8Array): Buffer[] {
  const text = typeof message === 'string' ? Buffer.from(message) : Buffer.from(message);
  const lines: Buffer[] = [];
  for (let begin = 0; begin < text.length;) {
    const newline = text.indexOf(0x0a, begin);
    const end = newline < 0 ? text.length : newline;
    if (end > begin) lines.push(bound(lineWithoutNul(text.subarray(begin, end))));
    begin = end + 1;
  }
  return lines;
}

function lineWithoutNul(line: Buffer): Buffer {
  for (let at = line.indexOf(0); at >= 0; at = line.indexOf(0, at + 1)) line[at] = 0x20;
  return line;
}

function bound(line: Buffer): Buffer {
  if (line.length <= lineBytesMax) return line;
  const mark = Buffer.from(` [${line.length - lineBytesMax} bytes left out]`);
  return Buffer.concat([line.subarray(0, lineBytesMax), mark]);
}
