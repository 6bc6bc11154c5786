import { readlinkSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { targetOf } from '../../event-directory/builtin.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { walk } from '../walk.ts';

/** Where links lead. */
export const links: Rule = {
  id: 'links',
  summary: 'links lead somewhere, and all directories can be read',
  scope: 'files',
  check: (subject) => {
    const { files, unreadable, leftOut } = walk(subject.base);
    const found: Finding[] = unreadable.map(({ path, code }) => ({
      severity: 'error',
      path,
      what: `cannot be read: ${code}`,
    }));
    if (leftOut !== undefined)
      found.push({ severity: 'warning', path: subject.base, what: `not all is checked: ${leftOut}` });
    for (const { path, isLink } of files) if (isLink) found.push(...findingsOf(path, subject));
    return Promise.resolve(found);
  },
};

function findingsOf(path: string, subject: Subject): Finding[] {
  const code = whyNowhere(path);
  if (code === undefined) return [];
  if (code === 'ELOOP') return [{ severity: 'error', path, what: 'leads back to itself' }];
  const target = targetOf(path) ?? '';
  const finding = { path, what: `is a dangling link to ${target}` } as const;
  if (!subject.isNode && !isBelow(resolve(dirname(path), readlinkSync(path)), subject.base))
    return [{ ...finding, severity: 'note', what: `leads to ${target}, which is not on this machine` }];
  return [{ ...finding, severity: code === 'ENOENT' ? 'error' : 'warning' }];
}

const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/** The name of the error with which a link cannot be followed; undefined if it can. */
function whyNowhere(path: string): string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? 'ENOENT' : undefined;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
