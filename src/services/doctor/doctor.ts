import type { Clock } from '../../actors/ports.ts';
import type { Config } from '../config/schema.ts';
import { redactSecrets } from '../log/redact.ts';
import type { Http } from '../venues/kalshi/client/http.ts';
import { examineKalshi } from '../venues/kalshi/doctor/checks.ts';
import { showKeyId } from '../venues/kalshi/doctor/setup.ts';
import type { OpenSocket } from '../venues/kalshi/stream/socket.ts';
import { examineStorage } from './doctor-storage.ts';
import { type Finding, ok } from './finding.ts';

export type { Finding } from './finding.ts';

interface DoctorOptions {
  config: Config;
  /** The file it was read from, as people named it. */
  file: string;
  clock: Clock;
  http: Http;
  openSocket: OpenSocket;
}

/** Everything that has to be in order for Postern to exit positions, one by one. Nothing secret is in it. */
export async function* examine(options: DoctorOptions): AsyncGenerator<Finding, undefined> {
  const { venue } = options.config;
  const keyId = venue.kind === 'kalshi' ? venue.apiKeyId : null;
  for await (const { check, verdict, text } of examineAll(options)) {
    // A private key could stand where its path belongs, and the exchange could quote what we sent.
    const safe = redactSecrets(text);
    yield { check, verdict, text: keyId === null ? safe : safe.replaceAll(keyId, showKeyId(keyId)) };
  }
}

async function* examineAll(options: DoctorOptions): AsyncGenerator<Finding, undefined> {
  const { config, file, clock, http, openSocket } = options;
  const { venue, monitoring } = config;
  yield ok('configuration', `${file} is valid; the venue is ${venue.kind}`);
  if (venue.kind === 'kalshi') yield* examineKalshi({ venue, monitoring, clock, http, openSocket });
  else yield ok('exchange', 'the paper venue is in this process: nothing to reach, and nothing to sign');
  yield* examineStorage(config);
}
