/**
 * A client of one protocol, in one manner, that tells when it had answers. It asks again on a new connection, at once, where
 * one fails.
 *
 * Usage: client.ts PROTOCOL MANNER. Commands, a line each: `connect IP` connects anew, and says `ready PID` when all is as the
 * manner says; `ask` asks, where the manner is idle; `report MS` says `answers [MS, ...]` as soon as there was an answer after
 * that time; `leave` drops the connection. All times are in milliseconds since 1970.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import type { Manner, Protocol } from '../cells.ts';
import { paceMs } from '../served.ts';
import type { OpenSession, Session } from './session.ts';

/** Between two tries to connect, in milliseconds. */
const retryMs = 10;

const [protocol, manner] = process.argv.slice(2) as [Protocol, Manner];
const open = await opener();
let use = left();
let answered = (): void => undefined;

for await (const line of createInterface(process.stdin)) {
  const [command, word = ''] = line.split(' ');
  if (command === 'connect') await begin(word);
  else if (command === 'ask') void answer('ask');
  else if (command === 'report') void report(Number(word));
  else if (command === 'leave') leave();
  else throw new Error(`Unknown command ${line}`);
}
process.exit();

/** A time in which it uses a server. */
interface Use {
  readonly ip: string;
  isOver: boolean;
  session: Session | undefined;
  /** When it had answers. */
  answers: number[];
}

function left(): Use {
  return { ip: '', isOver: true, session: undefined, answers: [] };
}

async function begin(ip: string): Promise<void> {
  leave();
  use = { ip, isOver: false, session: undefined, answers: [] };
  await answer('ask');
  use.answers = [];
  // What calls a library does not come back from it, so this is said before.
  console.log(`ready ${process.pid}`);
  if (manner === 'waiting' || manner === 'fresh') void wait(use);
  else if (manner !== 'idle') void stream(manner);
}

/** Waits for an answer that does not come. A library may ask again by itself, and have one then. */
async function wait(mine: Use): Promise<void> {
  try {
    await mine.session?.late();
    note(mine);
  } catch {
    mine.session?.close();
    mine.session = undefined;
    await answer('ask', mine);
  }
}

async function stream(kind: 'read' | 'write'): Promise<void> {
  const mine = use;
  for (let next = Date.now(); !mine.isOver; next = Math.max(next + paceMs, Date.now() - paceMs)) {
    await delay(Math.max(0, next - Date.now()));
    await answer(kind, mine);
  }
}

/** Asks until there is an answer. */
async function answer(kind: 'ask' | 'read' | 'write', mine = use): Promise<void> {
  while (!mine.isOver) {
    try {
      mine.session ??= await open(mine.ip);
      await mine.session[kind]();
      note(mine);
      return;
    } catch {
      mine.session?.close();
      mine.session = undefined;
      await delay(retryMs);
    }
  }
}

function note(mine: Use): void {
  if (mine.isOver) return;
  mine.answers.push(Date.now());
  answered();
}

function leave(): void {
  use.isOver = true;
  use.session?.close();
  use = left();
}

async function report(since: number): Promise<void> {
  while ((use.answers.at(-1) ?? 0) <= since) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answered = () => {
      resolve(undefined);
    };
    await promise;
  }
  console.log(`answers ${JSON.stringify(use.answers)}`);
}

async function opener(): Promise<OpenSession> {
  switch (protocol) {
    case 'TCP':
      return (await import('./open-tcp.ts')).openTcp;
    case 'HTTP':
      return (await import('./open-http.ts')).openHttp;
    case 'SMB':
      return (await import('./open-smb.ts')).openSmb;
    case 'NFSv3':
    case 'NFSv4': {
      const { openNfs } = await import('./open-nfs.ts');
      return (ip) => openNfs(protocol === 'NFSv3' ? 3 : 4, ip);
    }
  }
}
