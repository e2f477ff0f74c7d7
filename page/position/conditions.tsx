import './conditions.css';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Moment } from '../parts/times.tsx';
import { type Answer, answerOf, comparisonOf, distanceText, unitText } from './condition-words.ts';
import { byPriority, type JournaledCondition, type JournaledEvaluation } from './evaluation.ts';

/** The ten conditions in the order in which they are weighed: what each saw, and whether it would trigger. */
export function ConditionsTable({
  evaluation,
  caption,
}: {
  evaluation: JournaledEvaluation;
  caption: string;
}) {
  return (
    <ScrollBox label={caption}>
      <table class="conditions">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" class="at-condition">
              Condition
            </th>
            <th scope="col" class="at-priority">
              Priority
            </th>
            <th scope="col" class="num at-value">
              Value
            </th>
            <th scope="col" class="num at-threshold">
              Threshold
            </th>
            <th scope="col" class="num at-distance">
              Distance
            </th>
            <th scope="col">Triggers?</th>
          </tr>
        </thead>
        <tbody>
          {byPriority(evaluation.conditions).map((verdict) => (
            <ConditionRow key={verdict.condition} verdict={verdict} evaluation={evaluation} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function ConditionRow({
  verdict,
  evaluation,
}: {
  verdict: JournaledCondition;
  evaluation: JournaledEvaluation;
}) {
  const { condition, priority, unit, value, threshold } = verdict;
  const [what, sign] = comparisonOf(verdict);
  const answer = answerOf(verdict, evaluation);
  const hasNumbers = value !== null || threshold !== null;
  return (
    <tr class={`row-${answer.tone}`}>
      <th scope="row">{condition}</th>
      <td class={`priority priority-${priority}`}>{priority}</td>
      {hasNumbers ? (
        <>
          <td class="num">
            <span class="what">{what}</span> {unitText(unit, value)}
          </td>
          <td class="num">
            <span class="what">{sign}</span> {unitText(unit, threshold)}
          </td>
          <td class="num">{distanceText(verdict)}</td>
          <AnswerCell answer={answer} span={1} />
        </>
      ) : (
        <AnswerCell answer={answer} span={4} />
      )}
    </tr>
  );
}

function AnswerCell({ answer: { sign, word, why }, span }: { answer: Answer; span: number }) {
  return (
    <td class="answer" colSpan={span} title={why ?? undefined}>
      <span aria-hidden="true">{sign} </span>
      {word}
      {why !== null && <span class="why">: {why}</span>}
    </td>
  );
}

/** What the evaluation rested on. */
export function QuoteSeen({ evaluation }: { evaluation: JournaledEvaluation }) {
  const { at, bid, ask, quote_age_ms } = evaluation;
  return (
    <span class="muted">
      <Moment at={at} />
      {quote_age_ms === null
        ? ', without a fresh quote'
        : `, bid ${unitText('price', bid)}, ask ${unitText('price', ask)}, ${(quote_age_ms / 1_000).toFixed(1)} s old`}
    </span>
  );
}
