import type { ReactNode } from 'react';
import classes from './login.module.css';

// The card in the middle that all pages before the dashboard share.
export function LoginFrame({
  title,
  note,
  children,
}: {
  title: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src="/favicon.svg" width="28" height="28" alt="" />
          HostMaster
        </div>
        <h1 className={classes.title}>{title}</h1>
        {note ? <div className={classes.note}>{note}</div> : null}
        {children}
      </div>
    </main>
  );
}
