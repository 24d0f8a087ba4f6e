import { Icon } from '@/components/icons';
import classes from '@/components/forms.module.css';

// What the server said to a form that it did not take.
export function FormError({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p className={classes.failure} role="alert">
      <Icon name="warning" />
      <span>{error.message}</span>
    </p>
  );
}
