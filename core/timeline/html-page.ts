import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package/package-root.ts';
import { type PageStory, storyId } from './page-story.ts';

/**
 * A story as one page that needs nothing else: no network, no other file. A browser runs the one script in it whose hash it names,
 * and loads nothing. What nodes said is in a block that no browser runs, as JSON without what could end it.
 */
export function htmlPage(story: PageStory): string {
  const script = builtFile('timeline-page.js');
  const style = builtFile('timeline-page-style.css');
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapedText(story.title)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page draws itself by a script, which the browser does not run.</noscript>
<script type="application/json" id="${storyId}">${inertJson(story)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** What the build makes of core/timeline/page. */
const builtFile = (name: string): string => readFileSync(join(packageRoot, 'dist', name), 'utf8').trim();

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON in which nothing ends the block, begins a comment or breaks a line for a browser. */
export const inertJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const escapedText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
