export { type Reason, reasons } from '../decision/reasons.js';
