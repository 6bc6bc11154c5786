/**
 * Whether a text has the word, in small letters. An address is found whole: who looks for 10.0.0.7 does not mean 10.0.0.70.
 */
export function finder(word: string): (text: string) => boolean {
  if (!isAddress(word)) return (text) => text.includes(word);
  const pattern = new RegExp(`(?<![0-9a-f.:])${word.replaceAll('.', '\\.')}(?![0-9a-f:]|\\.\\d)`);
  return (text) => pattern.test(text);
}

const isAddress = (word: string): boolean =>
  /^\d+(\.\d+){3}$/.test(word) || /^[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*$/.test(word);
