/* global proximityCore, print, startWatch, stopWatch, given */

/** Batches of fifteen packets, one of each beacon in range, in whole calls; and what a table that is ready saves a call. */
(() => {
  var preparedText = JSON.stringify(JSON.parse(proximityCore.prepare(given.prepare)).prepared);
  var openPrepared = `{"wallClockMs":${given.wallClockMs},"prepared":${preparedText}}`;
  var seen = { batches: [], prepare: [], openPrepared: [], openProfile: [] };
  var turn;

  function timed(work) {
    startWatch();
    work();
    return stopWatch();
  }

  function hear(call, batch) {
    var last;
    seen.batches.push(
      timed(() => {
        batch.forEach((event) => {
          last = call.step(event);
        });
      }),
    );
    // What comes after a decision costs nothing, and would flatter.
    if (last.indexOf('"phase":"deciding"') < 0) throw new Error(`expected no decision yet, got ${last}`);
  }

  function run(batches) {
    var call = proximityCore.openCall(openPrepared);
    given.begin.forEach(call.step);
    batches.forEach((batch) => {
      hear(call, batch);
    });
    return JSON.parse(call.state()).state.evidence.used;
  }

  given.calls.forEach((batches) => {
    var used = run(batches);
    if (used !== given.packetsInCall) throw new Error(`expected every packet recognised, got ${used}`);
  });
  for (turn = 0; turn < given.turns; turn += 1) {
    seen.prepare.push(timed(() => proximityCore.prepare(given.prepare)));
    seen.openPrepared.push(timed(() => proximityCore.openCall(openPrepared)));
    seen.openProfile.push(timed(() => proximityCore.openCall(given.openProfile)));
  }
  print(JSON.stringify(seen));
})();
