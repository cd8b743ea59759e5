export type Certainty = 'documented' | 'read in source' | 'reported by others' | 'tested here' | 'not verified';

export interface Fact {
  readonly says: string;
  readonly source: string;
  readonly certainty: Certainty;
}
