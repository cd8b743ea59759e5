/** A reader of Prometheus' text format 0.0.4 that forgives nothing. */
export interface ReadMetric {
  readonly type: string;
  readonly samples: ReadonlyMap<string, number>;
}

/** @throws Error for whatever the format does not allow. */
export function readMetrics(text: string): ReadonlyMap<string, ReadMetric> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const metrics = new Map<string, { type: string; samples: Map<string, number> }>();
  let helped = '';
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line);
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^\n]*\})? (\S+)$/.exec(line);
    if (help !== null) {
      if (/\\(?![\\n])/.test(help[2] as string)) throw new Error(`a wrong escape: ${line}`);
      helped = help[1] as string;
    } else if (type !== null) {
      current = type[1] as string;
      if (current !== helped || metrics.has(current)) throw new Error(`TYPE without its HELP, or twice: ${line}`);
      metrics.set(current, { type: type[2] as string, samples: new Map() });
    } else if (sample !== null) {
      const [, name, labels = '', written] = sample;
      const metric = metrics.get(name as string);
      if (name !== current || metric === undefined) throw new Error(`a sample outside of its family: ${line}`);
      if (labels !== '' && !/^\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\})|(?=\})))+\}$/.test(labels))
        throw new Error(`wrong labels: ${line}`);
      const value = Number(written);
      if (Number.isNaN(value) || metric.samples.has(labels)) throw new Error(`no number, or twice: ${line}`);
      metric.samples.set(labels, value);
    } else throw new Error(`no line of the format: ${line}`);
  }
  return metrics;
}
