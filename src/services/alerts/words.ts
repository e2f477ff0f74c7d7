import { adviceOf } from './advice.ts';
import { type AlertNews, type Message, rankOf, severest } from './message.ts';

/** Longest text of a message (UTF-16 units); Telegram takes 4,096. */
const LONGEST = 3_900;
const LONGEST_LINE = 200;
const LONGEST_TEXT = 1_500;

/** What a person reads on a phone: what, where and how much, what follows, what to do. */
export function wordsOf(message: Message): string {
  const words = message.isTest ? testWords(message) : newsWords(message);
  return clip(words.join('\n'), LONGEST);
}

/** 45_000 ms → "45 s", then minutes, hours and minutes, days and hours. */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function newsWords(message: Message): string[] {
  const [first] = message.news;
  const { news, lost } = message;
  const words = news.length === 1 && first ? incidentWords(first) : summaryWords(news);
  return [...words, ...lostWords(lost), signature(message, first?.at ?? message.sentAt)];
}

function incidentWords({ event, alert, at }: AlertNews): string[] {
  const text = plain(alert.text, LONGEST_TEXT);
  if (event === 'resolved')
    return [`RESOLVED: ${nameOf(alert)}, after ${describeDuration(at - alert.raisedAt)}`, `It was: ${text}`];
  const advice = adviceOf(alert);
  return [
    titleOf({ event, alert, at, market: null }),
    text,
    ...(advice ? [`Next: ${advice.next}`, `You: ${advice.you}`] : []),
  ];
}

function summaryWords(news: readonly AlertNews[]): string[] {
  const lasting = news.filter(({ event }) => event !== 'resolved');
  const critical = lasting.filter(({ alert }) => alert.severity === 'critical').length;
  const title = `${severest(lasting).toUpperCase()}: ${news.length} alerts at once, ${critical} of them critical`;
  const lines = [...news].sort(bySeverity).map((one) => clip(lineOf(one), LONGEST_LINE));
  const shown = takeWithin(lines, LONGEST - 600);
  const rest = lines.length - shown.length;
  return [title, ...shown, ...(rest > 0 ? [`and ${rest} more`] : []), '`postern alerts` lists what is open.'];
}

const lineOf = (news: AlertNews): string => `- ${titleOf(news)}: ${plain(news.alert.text, LONGEST_LINE)}`;

function titleOf({ event, alert, at }: AlertNews): string {
  if (event === 'resolved') return `RESOLVED: ${nameOf(alert)}`;
  const title = `${alert.severity.toUpperCase()}: ${nameOf(alert)}`;
  if (event === 'raised') return title;
  return `${title}, still open after ${describeDuration(at - alert.raisedAt)}`;
}

/** What lasts before what is over, the severest first, otherwise as it came. */
const bySeverity = (a: AlertNews, b: AlertNews): number => weightOf(b) - weightOf(a);
const weightOf = ({ event, alert }: AlertNews): number =>
  event === 'resolved' ? -1 : rankOf(alert.severity);

function takeWithin(lines: readonly string[], longest: number): string[] {
  let left = longest;
  return lines.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
}

const testWords = (message: Message): string[] => [
  'TEST: this is what an alert of Postern looks like',
  'What, where and how much stands here.',
  'Next: what Postern does about it.',
  'You: nothing, this is only a test.',
  signature(message, message.sentAt),
];

const lostWords = (lost: number): string[] =>
  lost === 0
    ? []
    : [`${lost} earlier ${lost === 1 ? 'message was' : 'messages were'} dropped: \`postern alerts\``];

const signature = ({ instance }: Message, at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, Postern${instance === null ? '' : ` ${instance}`}`;

const nameOf = ({ kind }: { kind: string }): string => kind.replaceAll('_', ' ');

/** Text from elsewhere in one line, without control characters. */
const plain = (text: string, longest: number): string =>
  clip(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' '), longest);

/** At most so many UTF-16 units, never half a character. */
function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
