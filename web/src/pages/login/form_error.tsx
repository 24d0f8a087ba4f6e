import { Icon } from '@/components/icons';
import classes from './login.module.css';

export function FormError({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <div className={classes.error} role="alert">
      <Icon name="warning" />
      <span>{error.message}</span>
    </div>
  );
}
