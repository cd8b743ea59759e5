/** The settings as rows of docs/daemon.md and of the manual page. */
import { type Setting, usualOf } from './setting-kinds.js';

export interface SettingRow {
  /** `interval_ms`, or `frames.order` inside a table. */
  readonly name: string;
  readonly range: string;
  readonly usual: string;
  readonly meaning: string;
}

/** One row a setting; the settings of a table follow it. */
export function rowsOf(settings: readonly Setting[], table = ''): readonly SettingRow[] {
  return settings.flatMap((setting) => {
    const name = table + setting.name;
    const row = { name, range: rangeOf(setting), usual: usualWords(setting), meaning: setting.meaning };
    return setting.kind === 'table' ? [row, ...rowsOf(setting.settings, `${name}.`)] : [row];
  });
}

/** @returns the table of docs/daemon.md. */
export function renderSettingsTable(settings: readonly Setting[]): string {
  const rows = rowsOf(settings).map(
    ({ name, range, usual, meaning }) => `| \`${name}\` | ${range} | ${usual} | ${meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| setting | range | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rangeOf(setting: Setting): string {
  switch (setting.kind) {
    case 'integer': {
      const range = `${minus(setting.least)}..${minus(setting.most)}`;
      return setting.limit === undefined ? range : `${range}, ${setting.limit}`;
    }
    case 'text':
      return setting.expected.split(',')[0] as string;
    case 'choice':
      return setting.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'flag':
      return 'true or false';
    case 'list':
      return `${setting.least} to ${setting.most} of ${rangeOf(setting.item)}`;
    case 'table':
    case 'foreign':
      return 'a table';
  }
}

function usualWords(setting: Setting): string {
  if (setting.kind === 'text' && setting.isRequired === true) return 'required';
  const usual = usualOf(setting);
  if (usual === undefined) return 'none';
  return typeof usual === 'number' ? minus(usual) : `\`${usual}\``;
}

/** A minus sign, not a hyphen. */
function minus(value: number): string {
  return String(value).replace('-', '−');
}
