import { type Profiler, Session } from 'node:inspector';

/** Which code has run since it was asked last, down to the branch: V8 counts blocks, and its inspector tells them. */
export interface Coverage {
  /**
   * @param mark whether what is new counts as seen from now on.
   * @returns how many characters of code ran since the last call that had not been seen.
   */
  take(mark: boolean): number;
  /** How many characters of code have been seen. */
  seen(): number;
  /** Counts from nothing again. A second coverage in one process would not do: code that is compiled by then counts no blocks. */
  forget(): void;
  close(): void;
}

/** @param isWatched whether the code of a script counts; the fuzzer's own does not. */
export function startCoverage(isWatched: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  const post = <Result>(method: string, parameters?: object): Result => {
    let answer: { readonly error: Error | null; readonly result: unknown } | undefined;
    // A session of the own thread answers before post returns.
    session.post(method, parameters, (error, result) => {
      answer = { error, result };
    });
    if (answer === undefined) throw new Error(`${method} was not answered`);
    if (answer.error !== null) throw answer.error;
    return answer.result as Result;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seenIn = new Map<string, Uint8Array>();
  let total = 0;

  return {
    take(mark) {
      const { result } = post<Profiler.TakePreciseCoverageReturnType>('Profiler.takePreciseCoverage');
      let fresh = 0;
      for (const { url, functions } of result) {
        if (!isWatched(url)) continue;
        const now = mapOf(functions);
        const seen = grown(seenIn.get(url), now.length);
        seenIn.set(url, seen);
        for (let at = 0; at < now.length; at += 1) {
          if (now[at] === 0 || seen[at] !== 0) continue;
          fresh += 1;
          if (mark) seen[at] = 1;
        }
      }
      if (mark) total += fresh;
      return fresh;
    },
    seen: () => total,
    forget() {
      seenIn.clear();
      total = 0;
    },
    close() {
      post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

/** One octet a character: 1 where it ran. A block that ran as often as the one around it is not told by itself. */
function mapOf(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const length = Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
  const map = new Uint8Array(length);
  for (const { functionName, ranges } of functions) {
    for (const [depth, { startOffset, endOffset, count }] of ranges.entries()) {
      // The module itself runs once, when it is loaded, and its range holds all others.
      const isModule = depth === 0 && functionName === '' && startOffset === 0;
      map.fill(count > 0 && !isModule ? 1 : 0, startOffset, endOffset);
    }
  }
  return map;
}

function grown(map: Uint8Array | undefined, length: number): Uint8Array {
  if (map !== undefined && map.length >= length) return map;
  const larger = new Uint8Array(length);
  if (map !== undefined) larger.set(map);
  return larger;
}
