/**
 * The native side of the app, and the time: everything that a phone does for React Native. It runs before the bundle, in the same
 * engine; `world.play()` after it lets the events of the scenario happen at their instants and prints what the app did.
 */
(() => {
  const { scenario } = globalThis;
  const later = globalThis.setTimeout;
  const print = globalThis.print;
  const listeners = {};
  const log = [];
  const queue = [];
  const saved = { ...scenario.saved };
  const rings = {};
  const wakes = {};
  let nowMs = scenario.startMs;
  let isScanning = false;

  /** Timers of JavaScript do not run in background: an app that uses one shall fail here. Promises need `setImmediate`. */
  const forbidden = (name) => () => {
    throw new Error(`${name} does not run in background`);
  };
  for (const name of ['setTimeout', 'setInterval']) globalThis[name] = forbidden(name);

  const note = (did, more) => log.push({ atMs: nowMs, did, ...more });
  const at = (atMs, work) => {
    queue.push({ atMs, work });
    queue.sort((a, b) => a.atMs - b.atMs);
  };
  const emit = (event, news) => {
    for (const listener of [...(listeners[event] || [])]) {
      // What escapes the app reaches the red screen, or the crash reporter; events go on.
      try {
        listener(news);
      } catch (error) {
        note('escaped', { error: String(error) });
      }
    }
  };
  /** Promises are settled before the next event comes, as in React Native: a chain of them takes some turns. */
  const settle = (then, turns = 40) => later(() => (turns === 0 ? then() : settle(then, turns - 1)), 0);
  const fault = (name) => {
    if ((scenario.faults || []).includes(name)) throw new Error(`${name} failed`);
  };

  const startedMs = Date.now();
  globalThis.world = {
    scenario,
    log,
    listen(event, listener) {
      listeners[event] = [...(listeners[event] || []), listener];
      return { remove: () => (listeners[event] = listeners[event].filter((one) => one !== listener)) };
    },
    ready: {},
    markReady(name) {
      globalThis.world.ready[name] = Date.now() - startedMs;
    },
    later,
    /** The app's native module. Its dead man's handle rings by itself. */
    calls: {
      monotonicMs: () => nowMs,
      unixMs: () => scenario.unixMs + nowMs - scenario.startMs,
      wakeAt(call, atMs) {
        wakes[call] = atMs;
        at(atMs, () => wakes[call] === atMs && !scenario.isDeaf && emit('deskbeacon-wake', { call }));
      },
      ringBy(call, atMs) {
        rings[call] = atMs;
        note('ring-by', { byMs: atMs });
        at(atMs, () => rings[call] === atMs && note('ring-by-itself'));
      },
      ring(call) {
        delete rings[call];
        note('ring');
      },
      stayQuiet(call) {
        delete rings[call];
        note('stay-quiet');
      },
      endElsewhere(call) {
        delete rings[call];
        note('end-elsewhere');
      },
      over(call) {
        delete rings[call];
        delete wakes[call];
        delete saved[call];
        note('over');
      },
      save(call, text) {
        fault('save');
        saved[call] = text;
      },
      unfinished: () => Object.keys(saved).map((call) => ({ call, text: saved[call] })),
    },
    /** The native module of react-native-ble-plx. */
    blePlx: {
      ScanEvent: 'ScanEvent',
      createClient() {},
      startDeviceScan(services, options) {
        fault('start-scan');
        globalThis.world.markReady('scanning');
        note('start-scan', { services, options });
        isScanning = true;
        const refusal = (scenario.faults || []).includes('refuse-scan');
        return refusal ? Promise.reject(new Error(JSON.stringify({ errorCode: 600 }))) : Promise.resolve(null);
      },
      stopDeviceScan() {
        if (isScanning) note('stop-scan');
        isScanning = false;
        return (scenario.faults || []).includes('stop-scan') ? Promise.reject(new Error('no')) : Promise.resolve(null);
      },
    },
    play() {
      // Hermes closes over one variable of a loop, not over one of each turn.
      const reports = (scenario.packets || []).map(({ atMs, error, device }) => ({
        atMs,
        work: () => isScanning && emit('ScanEvent', [error || null, device || null]),
      }));
      const events = scenario.events.map(({ atMs, event, news }) => ({ atMs, work: () => emit(event, news) }));
      for (const { atMs, work } of [...events, ...reports]) at(atMs, work);
      const next = () => {
        const due = queue[0];
        if (due === undefined || due.atMs > scenario.untilMs) {
          print(JSON.stringify({ log, saved, isScanning, ready: globalThis.world.ready, out: globalThis.world.out }));
          return;
        }
        queue.shift();
        nowMs = Math.max(nowMs, due.atMs);
        due.work();
        settle(next);
      };
      settle(next);
    },
  };
})();
