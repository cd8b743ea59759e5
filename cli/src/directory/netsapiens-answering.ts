import { defined } from './defined.js';
import type { Answering, AnsweringLeg, DirectoryDevice } from './directory-source.js';
import { isObject, type JsonObject, readSeconds, readText, saysYes } from './json-fields.js';
import { isSoftName } from './netsapiens-devices.js';

export interface AnsweringInput {
  readonly extension: string;
  readonly user: JsonObject;
  readonly devices: readonly DirectoryDevice[];
  readonly rules: readonly JsonObject[];
  readonly softSuffixes: readonly string[];
}

/** Stands for every device of the user. */
const OWN_DEVICES = '<OwnDevices>';

/** @returns what rings, by the rule in force. */
export function readAnsweringRules({ extension, user, devices, rules, softSuffixes }: AnsweringInput): Answering {
  const rule = ruleInForce(rules);
  const forward = featureOf(rule, 'forward-always');
  const ring = featureOf(rule, 'simultaneous-ring');
  const targets = ring.enabled && ring.parameters.length > 0 ? ring.parameters : [mainDevice(extension, devices)];
  const legs = new Map<string, AnsweringLeg>();
  // A device that is named beside all own devices keeps what is said of it by name.
  const named = targets.map(parseTarget);
  for (const { delayS, confirm } of named.filter((one) => one.target === OWN_DEVICES))
    for (const device of devices) legs.set(device.id, legOf(device, delayS, confirm));
  for (const { target, delayS, confirm } of named.filter((one) => one.target !== OWN_DEVICES)) {
    const device = devices.find(({ id }) => id === target);
    const kind = isSoftName(target, extension, softSuffixes) ? 'soft' : 'external';
    legs.set(target, device === undefined ? { target, kind, delayS, confirm } : legOf(device, delayS, confirm));
  }
  return defined({
    extension,
    rule: rule === undefined ? undefined : (readText(rule, 'time-frame') ?? '*'),
    legs: [...legs.values()],
    ringsForS: readSeconds(user, 'ring-no-answer-timeout-seconds'),
    doNotDisturb: featureOf(rule, 'do-not-disturb').enabled,
    forwardsAllTo: forward.enabled ? forward.parameters : undefined,
  });
}

/** Without simultaneous ring the device named as the extension rings; where there is none, all that the user has. */
function mainDevice(extension: string, devices: readonly DirectoryDevice[]): string {
  return devices.some(({ id }) => id === extension) ? extension : OWN_DEVICES;
}

/** The server marks the rule in force; where it marks none, the one for all hours counts. */
function ruleInForce(rules: readonly JsonObject[]): JsonObject | undefined {
  const enabled = rules.filter((rule) => rule.enabled === undefined || saysYes(rule.enabled));
  return (
    enabled.find((rule) => saysYes(rule['is-active'])) ??
    enabled.find((rule) => (readText(rule, 'time-frame') ?? '*') === '*') ??
    enabled[0]
  );
}

function featureOf(rule: JsonObject | undefined, name: string): { enabled: boolean; parameters: readonly string[] } {
  const feature = rule?.[name];
  if (!isObject(feature)) return { enabled: false, parameters: [] };
  const parameters = Array.isArray(feature.parameters) ? feature.parameters : [];
  const texts = parameters.filter((one) => typeof one === 'string' || typeof one === 'number').map(String);
  return { enabled: saysYes(feature.enabled), parameters: texts };
}

/** `1001wp`, `3456;delay=15`, `confirm_18005550100`. */
function parseTarget(text: string): { target: string; delayS: number; confirm: boolean } {
  const [name = '', ...settings] = text.split(';');
  const delay = settings
    .map((setting) => /^delay=(\d{1,4})$/.exec(setting.trim())?.[1])
    .find((one) => one !== undefined);
  const confirm = name.startsWith('confirm_');
  return { target: (confirm ? name.slice('confirm_'.length) : name).trim(), delayS: Number(delay ?? 0), confirm };
}

function legOf({ id, kind, registered }: DirectoryDevice, delayS: number, confirm: boolean): AnsweringLeg {
  return defined({ target: id, kind, delayS, confirm, registered });
}
