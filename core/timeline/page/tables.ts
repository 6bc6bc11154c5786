import type { PageStory } from '../page-story.ts';
import { element } from './element.ts';
import { finder } from './finder.ts';
import type { Item } from './rows.ts';
import { timeOfDay } from './scale.ts';

/** Most rows of a table. More are counted. */
const rowsMax = 200;

/** The lanes of what takes its own time. */
const own: ReadonlySet<string> = new Set(['plugins and scripts', 'events']);

/** A table of these items; each row chooses its item. */
export function itemTable(
  title: string,
  items: readonly Item[],
  story: PageStory,
  choose: (item: Item) => void,
): HTMLElement {
  const rows = items.slice(0, rowsMax).map((item) => {
    const { node, lane, name, tone, text, beginMs, endMs, isMark } = item;
    const row = rowOf(
      [
        timeOfDay(story.fromMs + beginMs, story.zoneMinutes),
        node,
        lane,
        name,
        text.split('\n', 1)[0]?.slice(0, 90) ?? '',
        isMark ? '' : `${endMs - beginMs} ms`,
        tone,
      ],
      tone.replaceAll(' ', '-'),
    );
    row.tabIndex = 0;
    row.addEventListener('click', () => {
      choose(item);
    });
    row.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') choose(item);
    });
    return row;
  });
  return tableOf(title, ['Time', 'Node', 'Lane', 'What', '', 'Took', 'Result'], rows, items.length);
}

/** What took longest; what failed comes first. */
export function slowest(items: readonly Item[]): Item[] {
  const ofEntries = items.filter(({ lane, isMark }) => own.has(lane) && lane !== 'events' && !isMark);
  return ofEntries
    .toSorted((a, b) => severity(b) - severity(a) || b.endMs - b.beginMs - (a.endMs - a.beginMs))
    .slice(0, 10);
}

const severities: readonly string[] = ['cancelled', 'no end', 'failed', 'out of time'];
const severity = ({ tone }: Item): number => severities.indexOf(tone);

/** The addresses that moved, those that were longest on no node first. */
export function moveTable({ moves }: PageStory, word: string): HTMLElement {
  const isWanted = finder(word);
  const wanted = moves
    .filter(([ip, from, to]) => isWanted(`${ip} ${from} ${to}`.toLowerCase()))
    .toSorted((a, b) => (b[3] ?? -Infinity) - (a[3] ?? -Infinity));
  const rows = wanted
    .slice(0, rowsMax)
    .map(([ip, from, to, offMs, isOk]) =>
      rowOf(
        [
          ip,
          from || 'not known',
          to || 'not known',
          offMs === null ? 'not known' : `${offMs} ms`,
          isOk ? 'ok' : 'failed',
        ],
        isOk ? 'ok' : 'failed',
      ),
    );
  return tableOf('Addresses', ['Address', 'From', 'To', 'On no node for', 'Result'], rows, wanted.length);
}

function rowOf(cells: readonly string[], tone: string): HTMLTableRowElement {
  const row = element('tr', `tone-${tone}`, ...cells.map((cell) => element('td', '', cell)));
  return row;
}

function tableOf(
  title: string,
  head: readonly string[],
  rows: readonly HTMLTableRowElement[],
  count: number,
): HTMLElement {
  const more = count > rows.length ? `, the first ${rows.length} are shown` : '';
  const table = element(
    'table',
    '',
    element('thead', '', element('tr', '', ...head.map((word) => element('th', '', word)))),
    element('tbody', '', ...rows),
  );
  return element('section', '', element('h2', '', `${title} (${count}${more})`), table);
}
