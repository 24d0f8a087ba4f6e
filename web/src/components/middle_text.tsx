import { splitForMiddle } from '@/lib/middle';
import classes from '@/components/middle_text.module.css';

// Text that is shortened in its middle when the column is too narrow; the whole of it is in the title, is
// what is read out, and is what is copied.
export function MiddleText({ text, mono = false }: { text: string; mono?: boolean }) {
  const { head, tail } = splitForMiddle(text);
  return (
    <span className={mono ? `${classes.row} hm-mono` : classes.row} title={text}>
      <span className={classes.head}>{head}</span>
      {tail ? <span className={classes.tail}>{tail}</span> : null}
    </span>
  );
}
