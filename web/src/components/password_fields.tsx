import { PasswordInput } from '@mantine/core';

export const kShortest = 12;

interface Props {
  value: string;
  again: string;
  onValue: (value: string) => void;
  onAgain: (value: string) => void;
}

// A new password, twice. The server decides whether it is good enough; here only length and equality show.
export function PasswordFields({ value, again, onValue, onAgain }: Props) {
  const differs = again !== '' && again !== value;
  return (
    <>
      <PasswordInput
        label="New password"
        description={`At least ${kShortest} characters. A sentence is easy to keep in mind.`}
        name="new-password"
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={kShortest}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password again"
        name="new-password-again"
        autoComplete="new-password"
        required
        withAsterisk={false}
        error={differs ? 'The two are not the same.' : undefined}
        value={again}
        onChange={(event) => onAgain(event.currentTarget.value)}
      />
    </>
  );
}
