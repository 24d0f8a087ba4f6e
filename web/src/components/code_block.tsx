import { CopyTextButton } from '@/components/copy_button';
import classes from '@/components/code_block.module.css';

interface Props {
  title: string;
  text: string;
  what: string; // "the trust policy"
}

export function CodeBlock({ title, text, what }: Props) {
  return (
    <figure className={classes.block}>
      <figcaption className={classes.head}>
        <span>{title}</span>
        <CopyTextButton label="Copy" what={what} text={text} />
      </figcaption>
      {/* Long lines scroll inside the block, so it must be reachable by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.code} tabIndex={0} aria-label={title} role="region">
        {text}
      </pre>
    </figure>
  );
}
