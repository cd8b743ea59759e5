import { describe, expect, it } from 'vitest';
import { type FrameSet, framePowersOf, pacedFrames, usualFrames } from './frame-set.js';

const identifier = { namespace: new Uint8Array(10), instance: new Uint8Array(6) };

describe('the frames on the air', () => {
  it('are usually the iBeacon format and the EID in equal parts, and telemetry every 10 s', () => {
    expect(pacedFrames(usualFrames)).toEqual([
      { kind: 'ibeacon', pace: { weight: 1 } },
      { kind: 'eid', pace: { weight: 1 } },
      { kind: 'etlm', pace: { everyMs: 10_000 } },
    ]);
  });

  it('leave the iBeacon format as much as all other weights together, unless it has one', () => {
    const set: FrameSet = {
      ...usualFrames,
      eid: { weight: 3 },
      ownFormat: { weight: 2 },
      uid: { ...identifier, pace: { weight: 4 } },
      url: { url: 'https://a.com', pace: { everyMs: 500 } },
    };
    expect(pacedFrames(set)[0]).toEqual({ kind: 'ibeacon', pace: { weight: 9 } });
    expect(pacedFrames({ ...set, ibeacon: { weight: 2 } })[0]).toEqual({ kind: 'ibeacon', pace: { weight: 2 } });
  });

  it('are without a proof while every phone is to ring: neither the EID nor our own format', () => {
    const kinds = pacedFrames({ ...usualFrames, ownFormat: { weight: 1 } }, false).map(({ kind }) => kind);
    expect(kinds).toEqual(['ibeacon', 'etlm']);
  });

  it('tell a profile their powers only where they state some of their own', () => {
    expect(framePowersOf(usualFrames)).toBeUndefined();
    const set: FrameSet = {
      ibeacon: { measuredPowerDbm: -60 },
      eid: { weight: 1, measuredPowerDbm: -61 },
      ownFormat: { weight: 1, measuredPowerDbm: -62 },
    };
    expect(framePowersOf(set)).toEqual({ ibeacon: -60, eid: -61, 'deskbeacon-eid': -62 });
  });
});
