import type { Finding, Severity } from './rule.ts';

/** A message that begins with PATH:LINE:, or with PATH:, as a finding. */
export function findingOf(severity: Severity, message: string): Finding {
  const [, path, line, what] = /^(\/[^:\n]*):(?:(\d+):)? (.*)$/s.exec(message) ?? [];
  if (path === undefined || what === undefined)
    return { severity, what: message.replace(/^(?:ERROR|WARNING): /, '') };
  return { severity, path, what, ...(line !== undefined && { line: Number(line) }) };
}
