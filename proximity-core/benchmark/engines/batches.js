/* global proximityCore, print, startWatch, stopWatch, given */

/** Batches of fifteen packets, one of each beacon in range, in whole calls; and what a table that is ready saves a call. */
(() => {
  var preparedText = JSON.stringify(JSON.parse(proximityCore.prepare(given.prepare)).prepared);
  var openPrepared = `{"wallClockMs":${given.wallClockMs},"prepared":${preparedText}}`;
  var seen = {
    batches: [],
    lookBatches: [],
    packetBatches: [],
    lookPackets: [],
    prepare: [],
    openPrepared: [],
    openProfile: [],
  };
  var turn;

  function timed(work) {
    startWatch();
    work();
    return stopWatch();
  }

  /** @returns when the next look falls due; another one than before says that a look was taken in this batch. */
  function hear(call, batch, lookDueMs) {
    var last;
    var ms = timed(() => {
      batch.forEach((event) => {
        last = call.step(event);
      });
    });
    var nextDueMs = lookDueAfter(last);
    seen.batches.push(ms);
    (nextDueMs === lookDueMs ? seen.packetBatches : seen.lookBatches).push(ms);
    return nextDueMs;
  }

  /** Watches every packet for itself, and takes those that bring a look. */
  function hearEach(call, batch, lookDueMs) {
    var dueMs = lookDueMs;
    batch.forEach((event) => {
      var answer;
      var nextDueMs;
      var ms = timed(() => {
        answer = call.step(event);
      });
      nextDueMs = lookDueAfter(answer);
      if (nextDueMs !== dueMs) seen.lookPackets.push(ms);
      dueMs = nextDueMs;
    });
    return dueMs;
  }

  function lookDueAfter(answer) {
    var taken = JSON.parse(answer);
    // What comes after a decision costs nothing, and would flatter.
    if (taken.phase !== 'deciding') throw new Error(`expected no decision yet, got ${answer}`);
    return taken.nextDeadlineMs;
  }

  function run(batches, hearing) {
    var call = proximityCore.openCall(openPrepared);
    var answers = given.begin.map(call.step);
    var lookDueMs = JSON.parse(answers[answers.length - 1]).nextDeadlineMs;
    batches.forEach((batch) => {
      lookDueMs = hearing(call, batch, lookDueMs);
    });
    return JSON.parse(call.state()).state.evidence.used;
  }

  given.calls.forEach((batches) => {
    var used = run(batches, hear);
    if (used !== given.packetsInCall) throw new Error(`expected every packet recognised, got ${used}`);
  });
  given.calls.forEach((batches) => {
    run(batches, hearEach);
  });
  for (turn = 0; turn < given.turns; turn += 1) {
    seen.prepare.push(timed(() => proximityCore.prepare(given.prepare)));
    seen.openPrepared.push(timed(() => proximityCore.openCall(openPrepared)));
    seen.openProfile.push(timed(() => proximityCore.openCall(given.openProfile)));
  }
  print(JSON.stringify(seen));
})();
