/* global core, print, work */

/**
 * The package as React Native loads it, by its typed functions: what `replay` and `explain` of the facade would print of the
 * same traces, so that one text can be compared with the other.
 */
(() => {
  work.traces.forEach((trace) => {
    var calls = replay(trace);
    print(JSON.stringify({ ok: true, calls: calls }));
    calls.forEach((call) => {
      print(JSON.stringify({ ok: true, text: core.explain(call) }));
    });
  });

  function replay(trace) {
    var calls = [];
    var current = core.createReplay(trace.profile === undefined ? {} : { profile: trace.profile });
    function take(taken) {
      if (!taken.ok) throw new Error(taken.reason);
      if (taken.finished !== undefined) calls.push(taken.finished);
      current = taken.replay;
    }
    trace.lines.forEach((line) => {
      if (line === '') return;
      var decoded = core.decodeTraceLine(JSON.parse(line));
      if (!decoded.ok) throw new Error(decoded.reason);
      take(core.replayLine(current, decoded.line));
    });
    take(core.finishReplay(current));
    return calls;
  }
})();
