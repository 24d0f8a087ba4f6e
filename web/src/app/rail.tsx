import { Link, useLocation } from '@tanstack/react-router';
import { pages } from '@/app/pages';
import { useSession } from '@/components/session';
import { Icon } from '@/components/icons';
import classes from '@/app/rail.module.css';

interface Props {
  narrow?: boolean;
  plain?: boolean; // inside the phone's menu, which has its own heading
  onGo?: () => void;
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className={classes.markBack} />
      <path d="M10 8v16M22 8v16M10 16h12" className={classes.markLines} />
    </svg>
  );
}

export function Rail({ narrow = false, plain = false, onGo }: Props) {
  const pathname = useLocation({ select: (location) => location.pathname });
  const { role } = useSession();
  const shown = pages.filter((page) => page.menu && (!page.admin || role === 'admin'));
  const isHere = (path: string) =>
    path === '/'
      ? pathname === '/'
      : pathname.startsWith(path) || (path === '/inventory' && pathname.startsWith('/r/'));
  return (
    <nav aria-label={plain ? 'Pages' : 'Main'} className={classes.rail} data-narrow={narrow || undefined}>
      {plain ? null : (
        <Link to="/" className={classes.brand} aria-label="HostMaster, overview">
          <Mark />
          <span className={classes.word}>HostMaster</span>
        </Link>
      )}
      <ul className={classes.list}>
        {shown.map((page) => (
          <li key={page.path}>
            <Link
              to={page.path}
              search={{}}
              className={classes.item}
              data-here={isHere(page.path) || undefined}
              aria-current={isHere(page.path) ? 'page' : undefined}
              aria-label={narrow ? page.title : undefined}
              title={narrow ? page.title : undefined}
              {...(onGo ? { onClick: onGo } : {})}
            >
              <Icon name={page.icon} />
              <span className={classes.word}>{page.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
