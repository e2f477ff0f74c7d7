export interface StreamState {
  nextConnection: number;
}

export const newStream = (): StreamState => ({ nextConnection: 1 });
