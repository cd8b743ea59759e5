/** What kinds of settings there are. Parser, JSON Schema, manual page and docs/daemon.md are made from a table of these. */

interface Described {
  /** As it is written in the file: snake_case, the unit last. */
  readonly name: string;
  /** One sentence or two, Markdown, for whoever writes the file. */
  readonly meaning: string;
}

export interface IntegerSetting extends Described {
  readonly kind: 'integer';
  readonly least: number;
  readonly most: number;
  readonly usual?: number;
  /** What limits it besides, in words; a rule checks it. */
  readonly limit?: string;
}

export interface TextSetting extends Described {
  readonly kind: 'text';
  /** What is expected: `a path`. */
  readonly expected: string;
  /** Letters of a regular expression (ECMA-262) that the whole text fits; absent: everything but an empty text. */
  readonly pattern?: string;
  readonly isRequired?: boolean;
  /** What to write, for an editor to offer. */
  readonly example: string;
}

export interface ChoiceSetting extends Described {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly usual?: string;
}

export interface FlagSetting extends Described {
  readonly kind: 'flag';
  readonly usual?: boolean;
}

export interface ListSetting extends Described {
  readonly kind: 'list';
  /** Its name and meaning are not used. */
  readonly item: Setting;
  readonly least: number;
  readonly most: number;
}

export interface TableSetting extends Described {
  readonly kind: 'table';
  readonly settings: readonly Setting[];
}

/** A table that a reader of its own takes apart; a rule says what is wrong inside. */
export interface ForeignSetting extends Described {
  readonly kind: 'foreign';
  /** What fits, as JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export type Setting =
  | IntegerSetting
  | TextSetting
  | ChoiceSetting
  | FlagSetting
  | ListSetting
  | TableSetting
  | ForeignSetting;

/** What a file may hold where one setting depends on another. */
export interface SettingRule {
  /** The setting that is wrong when the rule is broken. */
  readonly path: readonly string[];
  /**
   * @returns what would have been expected, with what stands where, if that is somewhere below the setting; or `undefined`. Values are
   *   those of the file with the usual ones added.
   */
  readonly check: (values: SettingValues) => string | RuleFault | undefined;
  /** The same as JSON Schema, beside the properties. */
  readonly schema: readonly Readonly<Record<string, unknown>>[];
}

/** What is wrong at a place of its own; `got` is absent where something is missing. */
export interface RuleFault {
  readonly path: readonly string[];
  readonly expected: string;
  readonly got?: unknown;
}

export type SettingValue = string | number | boolean | readonly SettingValue[] | SettingValues;
/** By the names of the file. */
export interface SettingValues {
  readonly [name: string]: SettingValue | undefined;
}

/** @returns what is expected, for a message: `an integer 0..15`. */
export function expectationOf(setting: Setting): string {
  switch (setting.kind) {
    case 'integer':
      return `an integer ${setting.least}..${setting.most}`;
    case 'text':
      return setting.expected;
    case 'choice':
      return `one of ${setting.choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
    case 'flag':
      return 'true or false';
    case 'list':
      return `a list of ${setting.least} to ${setting.most} items`;
    case 'table':
    case 'foreign':
      return `a table [${setting.name}]`;
  }
}

/** @returns the usual value, where there is one. */
export function usualOf(setting: Setting): string | number | boolean | undefined {
  return setting.kind === 'integer' || setting.kind === 'choice' || setting.kind === 'flag' ? setting.usual : undefined;
}
