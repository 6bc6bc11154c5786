/**
 * What a shell runs to look for directories: it reads a path a line (`lookingLine`), and writes a plus for each that is a
 * directory, a minus for each that is not; the slash and dot want search permission. `$1` is run after a minus.
 *
 * Bytes are bytes: where half a character of UTF-8 ends a line, bash in a UTF-8 locale reads on in the next.
 */
export const lookingScript = `LC_ALL=C
export LC_ALL
while IFS= read -r d; do
  case $d in *\\\\*) d=$(printf '%b.' "$d"); d=\${d%.} ;; esac
  if [ -d "$d/." ]; then printf +; else printf -; $1; fi
done`;

/** A path as that shell reads it: a backslash begins an escape of printf. */
export const lookingLine = (path: string): string =>
  `${path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
