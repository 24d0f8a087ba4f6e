import classes from './tags.module.css';

interface Props<Value extends string> {
  label: string;
  options: readonly { value: Value; title: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
}

// A few ways to look at the same, one of them chosen.
export function Choice<Value extends string>({ label, options, chosen, onChoose }: Props<Value>) {
  return (
    <span role="group" aria-label={label} className={classes.choice}>
      {options.map(({ value, title }) => (
        <button
          key={value}
          type="button"
          className={classes.option}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {title}
        </button>
      ))}
    </span>
  );
}
