import { randomBytes } from 'node:crypto';
import { encodeHex } from '@deskbeacon/proximity-core';
import type { AirSettings } from '../config/config.js';
import { ROOT_KEY_OCTETS } from './keys.js';

/** Whose beacon it is: nobody's, and then the label's code admits; or somebody's, with the settings that came with the claim. */
export interface Ownership {
  /** 32 octets. */
  readonly rootKey: Uint8Array;
  /** 16 octets; opens nothing while there is an owner. */
  readonly setupCode: Uint8Array;
  readonly owner?: Owner;
  /** Every phone is to ring: the frame that silences is not sent. Survives a restart; a release ends it. */
  readonly isRingAll?: boolean;
}

export interface Owner {
  /** 32 octets. */
  readonly key: Uint8Array;
  readonly settings: AirSettings & { readonly name: string };
}

/** What the label carries. */
export const SETUP_CODE_OCTETS = 16;
/** Drawn by whoever claims the beacon. */
export const OWNER_KEY_OCTETS = 32;
const UUID_OCTETS = 16;
const MOST_NAME_LETTERS = 48;

/** A beacon that has never been started, or was released: new keys, so that nothing its last owner knows is of use. */
export function drawOwnership(): Ownership {
  return { rootKey: draw(ROOT_KEY_OCTETS), setupCode: draw(SETUP_CODE_OCTETS) };
}

export function encodeOwnership(ownership: Ownership): Readonly<Record<string, unknown>> {
  const { rootKey, setupCode, owner, isRingAll } = ownership;
  const kept = {
    rootKey: encodeHex(rootKey),
    setupCode: encodeHex(setupCode),
    ...(isRingAll === true ? { isRingAll } : {}),
  };
  if (owner === undefined) return kept;
  const { organisationUuid, ...settings } = owner.settings;
  return {
    ...kept,
    owner: { key: encodeHex(owner.key), settings: { organisationUuid: encodeHex(organisationUuid), ...settings } },
  };
}

/** A file of the first version holds the root key alone: its setup code is drawn and is to be written. */
export type DecodedOwnership =
  | { readonly ok: true; readonly ownership: Ownership; readonly isNew: boolean }
  /** What is wrong, never with a value of the file: it may be a key. */
  | { readonly ok: false; readonly reason: string };

export function decodeOwnership(value: Readonly<Record<string, unknown>>): DecodedOwnership {
  const rootKey = octetsOf(value.rootKey, ROOT_KEY_OCTETS);
  if (rootKey === undefined) return { ok: false, reason: 'no root key' };
  const isNew = value.setupCode === undefined;
  const setupCode = isNew ? draw(SETUP_CODE_OCTETS) : octetsOf(value.setupCode, SETUP_CODE_OCTETS);
  if (setupCode === undefined) return { ok: false, reason: 'no setup code' };
  // Anything that is not plainly "off" rings.
  const kept = { rootKey, setupCode, ...((value.isRingAll ?? false) === false ? {} : { isRingAll: true }) };
  if (value.owner === undefined) return { ok: true, ownership: kept, isNew };
  const owner = decodeOwner(value.owner);
  if (owner === undefined) return { ok: false, reason: 'an owner that cannot be read' };
  return { ok: true, ownership: { ...kept, owner }, isNew };
}

function decodeOwner(value: unknown): Owner | undefined {
  if (!isObject(value) || !isObject(value.settings)) return undefined;
  const { settings } = value;
  const key = octetsOf(value.key, OWNER_KEY_OCTETS);
  const organisationUuid = octetsOf(settings.organisationUuid, UUID_OCTETS);
  const { exponentK, intervalMs, measuredPowerDbm, clockOffsetS, name } = settings;
  const isWhole =
    isIntegerIn(exponentK, 0, 15) &&
    isIntegerIn(intervalMs, 20, 10_240) &&
    isIntegerIn(measuredPowerDbm, -100, 20) &&
    isIntegerIn(clockOffsetS, 0, 0xffffffff) &&
    typeof name === 'string' &&
    name.length <= MOST_NAME_LETTERS;
  if (key === undefined || organisationUuid === undefined || !isWhole) return undefined;
  return { key, settings: { organisationUuid, exponentK, intervalMs, measuredPowerDbm, clockOffsetS, name } };
}

function draw(octets: number): Uint8Array {
  return new Uint8Array(randomBytes(octets));
}

function octetsOf(value: unknown, octets: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length !== 2 * octets || !/^[0-9a-f]+$/.test(value)) return undefined;
  return new Uint8Array(Buffer.from(value, 'hex'));
}

function isIntegerIn(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
