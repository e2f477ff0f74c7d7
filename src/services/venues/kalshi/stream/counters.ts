/** What a stream counted since its start. */
export interface StreamCounters {
  /** Connections tried, the first one included. */
  connections: number;
  /** Text frames received. */
  frames: number;
  /** Frames that are no JSON object with a type. */
  unreadable: number;
  /** Frames of a type that is not known. */
  unknown: number;
  /** Frames of a known type whose fields could not be read. */
  malformed: number;
  /** Book frames that had come before. */
  repeated: number;
  gaps: number;
  /** Times that books were asked for, and that all of them were subscribed to anew. */
  resyncs: number;
  /** Errors that changed nothing for the account's channels: updates refused, and late words on what is given up. */
  refusals: number;
  lastRefusal: string | null;
}

export const createStreamCounters = (): StreamCounters => ({
  connections: 0,
  frames: 0,
  unreadable: 0,
  unknown: 0,
  malformed: 0,
  repeated: 0,
  gaps: 0,
  resyncs: 0,
  refusals: 0,
  lastRefusal: null,
});
