import { decodeAdvertisementText } from './advertisements.js';
import { explainCall, replayLines } from './replays.js';
import { toEvent } from './scanner-reports.js';

/**
 * What hosts find as `proximityCoreTools` where they load `proximity-core.tools.global.js`: what no call needs, for pages, rigs and
 * diagnoses, and for hosts whose Bluetooth library hands reports to JavaScript. As in `ProximityCore`, every function takes one JSON text
 * and gives one, and throws nothing.
 */
export interface ProximityCoreTools {
  /** `{"lines":[…],"profile"?,"atMs"?}` → `{"ok","calls"}`. */
  readonly replay: (json: string) => string;
  /** `{"call"}` → `{"ok","text"}`. */
  readonly explain: (json: string) => string;
  /** `{"data"}` → `{"ok","frames","structures","malformed"}`. */
  readonly decodeAdvertisement: (json: string) => string;
  /** `{"library","report","t"}` → `{"ok","events"}`. */
  readonly toEvent: (json: string) => string;
}

export const proximityCoreTools: ProximityCoreTools = {
  replay: replayLines,
  explain: explainCall,
  decodeAdvertisement: decodeAdvertisementText,
  toEvent,
};
