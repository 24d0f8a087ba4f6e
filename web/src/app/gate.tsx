import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { sessionQuery } from '@/api/session';
import { LiveProvider } from '@/app/live_provider';
import { PreferenceSync } from '@/app/preference_sync';
import { ErrorState, Skeleton } from '@/components/states';
import { enter } from '@/lib/prefs';

// Seen at the door only: whoever has a session does not load them.
const LoginPage = lazy(async () => ({ default: (await import('@/pages/login/login_page')).LoginPage }));
const NewPasswordPage = lazy(async () => ({
  default: (await import('@/pages/login/new_password_page')).NewPasswordPage,
}));
const SetupPage = lazy(async () => ({ default: (await import('@/pages/login/setup_page')).SetupPage }));
const waiting = <Skeleton lines={1} height={52} />;

function Door({ children }: { children: ReactNode }) {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  const name = session?.name;
  useEffect(() => {
    if (name) enter(name);
  }, [name]);
  if (location.pathname === '/setup' && !session) return <SetupPage />;
  if (isPending) return waiting;
  if (error) return <ErrorState error={error} what="HostMaster" onRetry={() => void refetch()} />;
  if (!session) return <LoginPage />;
  if (session.must_change_password) return <NewPasswordPage />;
  return (
    <LiveProvider key={session.name}>
      <PreferenceSync person={session.name} />
      {children}
    </LiveProvider>
  );
}

// Nothing of the estate is shown before it is known who asks.
export function Gate({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={waiting}>
      <Door>{children}</Door>
    </Suspense>
  );
}
