import { useId } from 'preact/hooks';

/** What each priority does first of all; the daemon's preview says the rest. */
const WORDS: Record<string, string> = {
  CRITICAL: 'market orders until flat',
  HIGH: 'just below the bid, then market orders',
  MEDIUM: 'a fair price; may give up',
  LOW: 'the ask; may give up',
};
const ALL = Object.keys(WORDS);

interface PriorityProps {
  value: string;
  tell: (priority: string) => void;
  choices?: readonly string[];
}

export function PriorityField({ value, tell, choices = ALL }: PriorityProps) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend>Priority</legend>
      {choices.map((priority) => (
        <label key={priority}>
          <input
            type="radio"
            name={name}
            value={priority}
            checked={priority === value}
            onChange={() => tell(priority)}
          />
          <span>
            <strong>{priority}</strong> <span class="muted">{WORDS[priority]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
