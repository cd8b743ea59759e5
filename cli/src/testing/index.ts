export { readEntries } from '../directory/csv-entries.js';
export { CliError } from '../errors/cli-error.js';
export { parsePlan } from '../services/labels/plan-file.js';
