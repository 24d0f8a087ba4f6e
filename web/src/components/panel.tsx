import type { ReactNode } from 'react';
import { ErrorBoundary } from '@/components/states';
import classes from '@/components/panel.module.css';

interface PanelProps {
  title: string;
  note?: ReactNode; // beside the title, in small
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean; // no padding: the content brings its own
}

export function Panel({ title, note, actions, children, flush = false }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {note ? <span className={classes.note}>{note}</span> : null}
        {actions ? <span className={classes.actions}>{actions}</span> : null}
      </header>
      <div className={flush ? undefined : classes.body}>
        <ErrorBoundary what={title}>{children}</ErrorBoundary>
      </div>
    </section>
  );
}

interface PageProps {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  fill?: boolean; // the page scrolls inside itself (the inventory's table)
  busy?: boolean; // what is shown answers the question before; the one of now is under way
}

export function Page({ title, note, actions, children, fill = false, busy = false }: PageProps) {
  return (
    <div className={classes.page} data-fill={fill || undefined} aria-busy={busy || undefined}>
      <header className={classes.pageHead}>
        <div className={classes.pageTitles}>
          <h1 className={classes.pageTitle} tabIndex={-1} id="page-title">
            {title}
          </h1>
          {note ? (
            <div className={classes.pageNote} data-old={busy || undefined}>
              {note}
            </div>
          ) : null}
        </div>
        {actions ? <div className={classes.pageActions}>{actions}</div> : null}
      </header>
      <ErrorBoundary what={title}>{children}</ErrorBoundary>
    </div>
  );
}

// Numbers that belong to the question before are dimmed until those of now are there.
export function Old({ old, children }: { old: boolean; children: ReactNode }) {
  return (
    <div className={classes.old} data-old={old || undefined} aria-busy={old || undefined}>
      {children}
    </div>
  );
}
