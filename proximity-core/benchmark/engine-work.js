/* global proximityCore, print, work */

/**
 * What is measured in other engines: one text for all. It knows `proximityCore`, `print` and `work`, and of an engine only how it
 * tells the time and its memory, where it does. Old Hermes has no classes, bare JavaScriptCore no console: it uses neither.
 */
(() => {
  const now = typeof performance === 'object' && performance.now ? () => performance.now() : Date.now;

  function open() {
    const call = proximityCore.openCall(work.open);
    call.step(`{"t":0,"event":"call","deadlineMs":${work.deadlineMs}}`);
    call.step('{"t":0,"event":"scan-started","mode":"low-latency"}');
    return call;
  }

  /** Mean of one operation, ms: clocks of some engines tick once in a millisecond. */
  function meanMs(times, once) {
    const began = now();
    for (let i = 0; i < times; i += 1) once();
    return (now() - began) / times;
  }

  function require(answer) {
    if (JSON.parse(answer).ok !== true) throw new Error(answer);
    return answer;
  }

  /** Rounds of all beacons, each fed to so many calls that stand alike, so that a round can be timed by itself. */
  function timeRounds() {
    const calls = [];
    for (let i = 0; i < work.callsAtOnce; i += 1) calls.push(open());
    return work.rounds.map((round) => {
      const began = now();
      for (let i = 0; i < calls.length; i += 1) {
        for (let k = 0; k < round.length; k += 1) calls[i].step(round[k]);
      }
      const ms = (now() - began) / calls.length;
      require(calls[0].step(round[0]));
      return ms;
    });
  }

  /** @returns octets in use after a collection, where the engine tells. */
  function octets() {
    if (typeof fullGC === 'function') fullGC();
    else if (typeof gc === 'function') gc();
    if (typeof usedOctets === 'function') return usedOctets();
    if (typeof process === 'object') return process.memoryUsage().heapUsed;
    if (typeof HermesInternal === 'object') return HermesInternal.getInstrumentedStats().js_allocatedBytes;
    if (typeof gcHeapSize === 'function') return gcHeapSize();
    return undefined;
  }

  /** Calls of a phone that is called so often: each heard, decided and gone. */
  function tellMemory() {
    // Made beforehand: what is noted down must not be what grows.
    const noted = new Float64Array(2 * work.samples + 2);
    let samples = 0;
    for (let packets = 0, next = 0; packets < work.packets; ) {
      const call = open();
      for (let r = 0; r < work.rounds.length; r += 1) {
        for (let k = 0; k < work.rounds[r].length; k += 1) call.step(work.rounds[r][k]);
        packets += work.rounds[r].length;
      }
      call.step(`{"t":${work.deadlineMs},"event":"tick"}`);
      require(call.step(`{"t":${work.deadlineMs + 500},"event":"answered","by":"desk"}`));
      if (packets < next) continue;
      next += work.packets / work.samples;
      const used = octets();
      if (used === undefined) return [];
      noted[2 * samples] = packets;
      noted[2 * samples + 1] = used;
      samples += 1;
    }
    return Array.from({ length: samples }, (_, i) => [noted[2 * i], noted[2 * i + 1]]);
  }

  if (work.packets > 0) {
    print(JSON.stringify(tellMemory()));
    return;
  }
  const prepared = require(proximityCore.prepare(work.prepare));
  work.open = JSON.stringify({ prepared: JSON.parse(prepared).prepared, wallClockMs: work.wallClockMs });
  if (work.isReadyEnough) {
    print(require(open().step('{"t":5,"event":"tick"}')));
    return;
  }
  timeRounds();
  print(
    JSON.stringify({
      roundsMs: timeRounds(),
      prepareMs: meanMs(work.repeats, () => proximityCore.prepare(work.prepare)),
      openPreparedMs: meanMs(work.repeats, () => proximityCore.openCall(work.open)),
      openProfileMs: meanMs(work.repeats, () => proximityCore.openCall(work.prepare)),
    }),
  );
})();
