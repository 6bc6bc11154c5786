import type { ResolveHookSync } from 'node:module';
import { findAuthorFile } from './find-author-file.ts';

/** Resolves an import in an author's file: as Node does, else as TypeScript's own compiler would. */
export const resolveAuthorFile: ResolveHookSync = (specifier, context, next) => {
  try {
    return next(specifier, context);
  } catch (error) {
    const found = findAuthorFile(specifier, context.parentURL);
    if (found === undefined) throw error;
    return { url: found, format: 'module', shortCircuit: true };
  }
};
