import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** zod's messages in English only: the other languages are half of it. */
export const zodInEnglish: Plugin = {
  name: 'zod-in-english',
  setup(build) {
    const contents = "export { default as en } from './en.js';";
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents,
      resolveDir: dirname(path),
    }));
  },
};
