import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '@/api/session';
import { ChangePassword } from '@/components/change_password';
import { LoginFrame } from './login_frame';

// A one-time password works once; nothing else is possible before a new one is chosen.
export function NewPasswordPage() {
  const client = useQueryClient();
  return (
    <LoginFrame title="Choose a password" note="The one-time password worked. Choose your own to go on.">
      <ChangePassword
        currentLabel="One-time password"
        action="Set password"
        onChanged={() => client.invalidateQueries({ queryKey: sessionQuery.queryKey })}
      />
    </LoginFrame>
  );
}
