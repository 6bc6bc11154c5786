/** A message of the inspector: an answer, or an event. */
interface Message {
  readonly method?: string;
  readonly params?: {
    readonly scriptId?: string;
    readonly url?: string;
    readonly hitBreakpoints?: readonly string[];
    readonly callFrames?: readonly [
      { readonly location: { readonly scriptId: string; readonly lineNumber: number } },
    ];
  };
}

/**
 * Attaches to a process that waits for a debugger (`--inspect-brk`), sets a breakpoint, and has the process go on to its end.
 *
 * @param line as the inspector counts, from 0
 * @returns where the breakpoint was hit: URL and line
 * @throws Error if the process ends before.
 */
export async function pauseAt(url: string, file: string, line: number): Promise<string> {
  const inspector = new WebSocket(url);
  const found = Promise.withResolvers<string>();
  const urls = new Map<string, string>();
  let count = 0;
  const send = (method: string, params: object = {}): void => {
    inspector.send(JSON.stringify({ id: (count += 1), method, params }));
  };
  inspector.onopen = () => {
    send('Debugger.enable');
    send('Debugger.setBreakpointByUrl', { lineNumber: line, urlRegex: `.*/${file.replaceAll('.', '\\.')}$` });
    send('Runtime.runIfWaitingForDebugger');
  };
  inspector.onmessage = ({ data }: { readonly data: unknown }) => {
    const { method, params } = JSON.parse(String(data)) as Message;
    if (method === 'Debugger.scriptParsed') urls.set(params?.scriptId ?? '', params?.url ?? '');
    if (method !== 'Debugger.paused') return;
    const [frame] = params?.callFrames ?? [];
    const isHere = (params?.hitBreakpoints ?? []).length > 0;
    if (isHere && frame !== undefined) {
      const { scriptId, lineNumber } = frame.location;
      found.resolve(`${urls.get(scriptId) ?? ''}:${lineNumber}`);
    }
    send('Debugger.resume');
    if (isHere) inspector.close();
  };
  inspector.onclose = () => {
    found.reject(new Error(`The process ended before it came to ${file}:${line}`));
  };
  return found.promise;
}
