// The palette's dialog with its box: there as soon as the shortcut is, so that nothing that is typed behind it is lost.
// What is found for it comes apart, a moment later.
import { useState } from 'react';
import { PaletteBox } from '@/app/palette_box';
import { Dialog } from '@/components/dialog';
import { useLoaded } from '@/lib/use_loaded';

const loadPalette = () => import('@/app/palette');
type Part = Awaited<ReturnType<typeof loadPalette>>;

interface Props {
  open: boolean;
  onClose: () => void;
  onHelp: () => void;
}

export function PaletteDialog({ open, ...props }: Props) {
  const part = useLoaded(loadPalette);
  return (
    <Dialog open={open} onClose={props.onClose} label="Search" bare>
      <Body part={part} {...props} />
    </Dialog>
  );
}

// As long as the dialog is open.
function Body({ part, ...props }: { part: Part | undefined } & Omit<Props, 'open'>) {
  const [text, setText] = useState('');
  if (!part) return <PaletteBox text={text} onText={setText} />;
  return <part.Palette text={text} onText={setText} {...props} />;
}
