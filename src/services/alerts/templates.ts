import { adviceOf } from './advice.ts';
import { type AlertNews, type Message, severest } from './message.ts';
import { wordsOf } from './words.ts';

/** One incident in the JSON of a webhook; times are ISO 8601 in UTC. */
interface IncidentJson {
  event: AlertNews['event'];
  /** Names the incident: the same for its raise, its repeats and its end. */
  key: string;
  kind: string;
  severity: string;
  position: string | null;
  market: string | null;
  text: string;
  advice: { next: string; you: string } | null;
  raised_at: string;
  resolved_at: string | null;
  times: number;
}

const incidentJson = ({ event, alert, market }: AlertNews): IncidentJson => ({
  event,
  key: alert.key,
  kind: alert.kind,
  severity: alert.severity,
  position: alert.positionId,
  market,
  text: alert.text,
  advice: adviceOf(alert),
  raised_at: isoOf(alert.raisedAt),
  resolved_at: alert.resolvedAt === null ? null : isoOf(alert.resolvedAt),
  times: alert.times,
});

/**
 * The body of a JSON webhook, version 1: one incident, or `event: summary` with the incidents in `alerts`, or
 * `event: test`. Every field is always there.
 */
export function jsonBody(message: Message): Record<string, unknown> {
  const { news, isTest, lost, instance, sentAt } = message;
  const [first] = news;
  const about = { version: 1, lost, instance, sent_at: isoOf(sentAt) };
  if (first && news.length === 1) return { ...about, ...incidentJson(first), alerts: [] };
  const kind = isTest ? 'test' : 'summary';
  return {
    ...about,
    event: kind,
    key: null,
    kind,
    severity: severest(news),
    position: null,
    market: null,
    text: wordsOf(message),
    advice: null,
    raised_at: null,
    resolved_at: null,
    times: news.length,
    alerts: news.map(incidentJson),
  };
}

/** What Slack and the hooks that take its format show. */
export const slackBody = (message: Message): Record<string, unknown> => ({
  text: wordsOf(message).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
});

/** Telegram's sendMessage, as plain text; only what is urgent makes a sound. */
export const telegramBody = (message: Message, chatId: string): Record<string, unknown> => ({
  chat_id: chatId,
  text: wordsOf(message),
  disable_notification: !message.isTest && message.news.every(isQuiet),
  link_preview_options: { is_disabled: true },
});

const isQuiet = ({ event, alert }: AlertNews): boolean => event === 'resolved' || alert.severity === 'info';

const isoOf = (at: number): string => new Date(at).toISOString();
