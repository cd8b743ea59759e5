/** The settings as JSON Schema (Draft 2020-12), for editors that check and complete TOML. */
import { type Setting, type SettingRule, usualOf } from './setting-kinds.js';

type Schema = Readonly<Record<string, unknown>>;

export const SCHEMA_FILE = 'deskbeacond.schema.json';

/** @returns what a file of these settings has to fit. */
export function schemaOfSettings(settings: readonly Setting[], rules: readonly SettingRule[]): Schema {
  const conditions = rules.flatMap(({ schema }) => schema);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'deskbeacond.toml',
    description: 'The settings of deskbeacond, the daemon that puts one desk on the air.',
    ...tableSchema(settings),
    ...(conditions.length > 0 ? { allOf: conditions } : {}),
  };
}

function tableSchema(settings: readonly Setting[]): Schema {
  const required = settings.filter((setting) => setting.kind === 'text' && setting.isRequired === true);
  return {
    type: 'object',
    properties: Object.fromEntries(settings.map((setting) => [setting.name, schemaOf(setting)])),
    ...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
    additionalProperties: false,
  };
}

function schemaOf(setting: Setting): Schema {
  const usual = usualOf(setting);
  return {
    description: setting.meaning,
    ...shapeOf(setting),
    ...(usual === undefined ? {} : { default: usual }),
  };
}

function shapeOf(setting: Setting): Schema {
  switch (setting.kind) {
    case 'integer':
      return { type: 'integer', minimum: setting.least, maximum: setting.most };
    case 'text': {
      const fit = setting.pattern === undefined ? { minLength: 1 } : { pattern: setting.pattern };
      return { type: 'string', ...fit, examples: [setting.example] };
    }
    case 'choice':
      return { enum: setting.choices };
    case 'flag':
      return { type: 'boolean' };
    case 'list':
      return { type: 'array', items: shapeOf(setting.item), minItems: setting.least, maxItems: setting.most };
    case 'table':
      return tableSchema(setting.settings);
    case 'foreign':
      return setting.schema;
  }
}
