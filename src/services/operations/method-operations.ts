/** What can be asked of methods, and of the configuration that they come from. */
import type { SettingChange } from '../../domain/method-change.ts';
import type { Overrides } from '../config/method-overrides.ts';
import type { PlainValue } from '../config/tree.ts';
import type { PositionView, Word } from './operations.ts';

/** A method's latest version, and who has which. */
export interface MethodView {
  name: string;
  version: number;
  /** Null: of the configuration, or once of it; otherwise the position whose own it is. */
  position: string | null;
  /** The configuration has it; false: only positions do. */
  configured: boolean;
  /** Open positions by version. */
  open: { version: number; positions: number }[];
}

export interface MethodDetail {
  name: string;
  version: number;
  latest: number;
  /** The ids of the open positions that have this version. */
  open: string[];
  /** The blocks of the configuration that say the same. */
  settings: { [block: string]: PlainValue };
}

export interface MethodComparison {
  /** `nfl@2` */
  from: string;
  to: string;
  settings: SettingChange[];
}

export interface MethodWish extends Word {
  /** `nfl` or `nfl@2`; null: the one it has. */
  method: string | null;
  /** What is different for this position alone. */
  settings: Overrides;
}

export interface MethodChanged extends MethodComparison {
  position: PositionView;
}

export interface Reloaded {
  /** What counts from now on. */
  changed: SettingChange[];
  /** What differs and needs a restart; `from` is what counts until then. */
  needs_restart: SettingChange[];
  /** New versions, which new positions get; `from` is null for a method that is new. */
  methods: { name: string; from: number | null; to: number }[];
}

export interface MethodOperations {
  list(): Promise<MethodView[]>;
  /** `reference` is `nfl`, its latest version, or `nfl@2`. */
  show(reference: string): Promise<MethodDetail>;
  diff(from: string, to: string): Promise<MethodComparison>;
  /** Moves a position to another method, or gives it settings of its own. */
  set(id: string, wish: MethodWish): Promise<MethodChanged>;
  /** Reads the configuration again. Throws an OperationError `invalid` with all that is wrong; then nothing changes. */
  reload(word: Word): Promise<Reloaded>;
}
