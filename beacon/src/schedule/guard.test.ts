import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.js';

describe('the guard before an identity change', () => {
  it('is 25 ms before anything was measured', () => {
    expect(createGuard().leadMs()).toBe(25);
  });

  it('covers the worst delay measured, with 5 ms to spare', () => {
    const guard = createGuard();
    for (const delayMs of [3, 41, 8]) guard.measure(delayMs);
    expect(guard.leadMs()).toBeGreaterThan(45);
    expect(guard.leadMs()).toBeLessThanOrEqual(46);
  });

  it('forgets slowly: after fourteen seconds of dwells half of it is left, after a minute nothing', () => {
    const guard = createGuard();
    guard.measure(60);
    for (let i = 0; i < 100; i += 1) guard.measure(2);
    expect(guard.leadMs()).toBeGreaterThan(30);
    expect(guard.leadMs()).toBeLessThan(37);
    for (let i = 0; i < 360; i += 1) guard.measure(2);
    expect(guard.leadMs()).toBe(15);
  });

  it('is 15 ms at least and 80 ms at most', () => {
    const guard = createGuard();
    for (let i = 0; i < 2000; i += 1) guard.measure(0);
    expect(guard.leadMs()).toBe(15);
    guard.measure(1e9);
    expect(guard.leadMs()).toBe(80);
  });

  it('remembers an hour of suspension no longer than any other delay', () => {
    const guard = createGuard();
    guard.measure(3_600_000);
    for (let i = 0; i < 460; i += 1) guard.measure(2);
    expect(guard.leadMs()).toBe(15);
  });

  it('remembers how long a pause took through all the changes of data of a window of nine hours', () => {
    const guard = createGuard();
    guard.measurePause(50);
    for (let i = 0; i < 252_000; i += 1) guard.measure(2);
    expect(guard.leadMs()).toBe(55);
  });

  it('forgets a pause that took long by other pauses: half of it after seven, and is never above 80 ms', () => {
    const guard = createGuard();
    guard.measurePause(3_600_000);
    expect(guard.leadMs()).toBe(80);
    for (let i = 0; i < 400; i += 1) guard.measure(2);
    for (let i = 0; i < 7; i += 1) guard.measurePause(3);
    expect(guard.leadMs()).toBeGreaterThan(38);
    expect(guard.leadMs()).toBeLessThan(44);
    for (let i = 0; i < 20; i += 1) guard.measurePause(3);
    expect(guard.leadMs()).toBe(15);
  });
});
