import { useId } from 'preact/hooks';
import { moneyText } from '../parts/amounts.tsx';

/** What the rest of the day may lose: as before, another limit, or none until tomorrow. */
export type LossLimit = { way: 'as_before' | 'until_tomorrow' } | { way: 'limit'; dollars: string };

export const isWhole = (chosen: LossLimit): boolean => chosen.way !== 'limit' || chosen.dollars.trim() !== '';

/** As the request says it. */
export const limitOf = (chosen: LossLimit): object => {
  if (chosen.way === 'limit') return { limit: chosen.dollars.trim() };
  return chosen.way === 'until_tomorrow' ? { until_tomorrow: true } : {};
};

interface LossLimitProps {
  value: LossLimit;
  /** The limit there is ($), where the day has not lost as much any more; null: it would trip again at once. */
  before: string | null;
  tell: (chosen: LossLimit) => void;
}

export function LossLimitField({ value, before, tell }: LossLimitProps) {
  const name = useId();
  const dollars = value.way === 'limit' ? value.dollars : '';
  return (
    <fieldset class="choices">
      <legend>
        {before === null
          ? 'As it is the breaker would trip again at once. The rest of the day may lose'
          : 'The rest of the day may lose'}
      </legend>
      <Choice
        name={name}
        text="as much as I say here"
        isChosen={value.way === 'limit'}
        choose={() => tell({ way: 'limit', dollars })}
      />
      <Choice
        name={name}
        text="anything: no limit until tomorrow"
        isChosen={value.way === 'until_tomorrow'}
        choose={() => tell({ way: 'until_tomorrow' })}
      />
      {before !== null && (
        <Choice
          name={name}
          text={`${moneyText(before)}, as before`}
          isChosen={value.way === 'as_before'}
          choose={() => tell({ way: 'as_before' })}
        />
      )}
      <label class="field inset">
        <span>
          Dollars <span class="muted">(more than the day has lost)</span>
        </span>
        <input
          type="text"
          inputMode="decimal"
          autocomplete="off"
          disabled={value.way !== 'limit'}
          value={dollars}
          onInput={(event) => tell({ way: 'limit', dollars: event.currentTarget.value })}
        />
      </label>
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  text: string;
  isChosen: boolean;
  choose: () => void;
}

const Choice = ({ name, text, isChosen, choose }: ChoiceProps) => (
  <label>
    <input type="radio" name={name} checked={isChosen} onChange={choose} />
    <span>{text}</span>
  </label>
);
