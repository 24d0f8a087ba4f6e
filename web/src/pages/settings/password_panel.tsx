import { ChangePassword } from '@/components/change_password';
import { Panel } from '@/components/panel';
import { announce } from '@/components/toast';
import classes from './settings.module.css';

export function PasswordPanel() {
  return (
    <Panel title="Change your password" note="Your other sessions end">
      <div className={classes.narrow}>
        <ChangePassword
          currentLabel="Current password"
          action="Change password"
          onChanged={() => announce('The password is changed; your other sessions have ended')}
        />
      </div>
    </Panel>
  );
}
