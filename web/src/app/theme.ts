// Mantine dressed in our tokens: every colour that its components use is one of ours.
import { createTheme, type CSSVariablesResolver, localStorageColorSchemeManager } from '@mantine/core';

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'hm-theme' });

export const theme = createTheme({
  fontFamily: 'var(--hm-font)',
  fontFamilyMonospace: 'var(--hm-mono)',
  defaultRadius: 8,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '18px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm', variant: 'default' } },
    ActionIcon: { defaultProps: { size: 32, variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Popover: { defaultProps: { shadow: 'none', transitionProps: { duration: 80 } } },
    // The placeholder is a focusable child without a role, which no menu may have; the first item takes the focus.
    Menu: {
      defaultProps: {
        shadow: 'none',
        transitionProps: { duration: 80 },
        withInitialFocusPlaceholder: false,
      },
    },
  },
});

const mapped = {
  '--mantine-color-body': 'var(--hm-bg)',
  '--mantine-color-text': 'var(--hm-text)',
  '--mantine-color-bright': 'var(--hm-text)',
  '--mantine-color-dimmed': 'var(--hm-muted)',
  '--mantine-color-placeholder': 'var(--hm-muted)',
  '--mantine-color-anchor': 'var(--hm-accent)',
  '--mantine-color-error': 'var(--hm-critical)',
  '--mantine-color-default': 'var(--hm-surface)',
  '--mantine-color-default-hover': 'var(--hm-hover)',
  '--mantine-color-default-color': 'var(--hm-text)',
  '--mantine-color-default-border': 'var(--hm-line)',
  '--mantine-color-disabled': 'var(--hm-sunken)',
  '--mantine-color-disabled-color': 'var(--hm-muted)',
  '--mantine-color-disabled-border': 'var(--hm-line)',
  '--mantine-color-gray-light-color': 'var(--hm-muted)',
  '--mantine-color-gray-light-hover': 'var(--hm-hover)',
  '--mantine-primary-color-filled': 'var(--hm-accent)',
  '--mantine-primary-color-filled-hover': 'var(--hm-accent-hover)',
  '--mantine-primary-color-contrast': 'var(--hm-on-accent)',
  '--mantine-primary-color-light': 'var(--hm-accent-soft)',
  '--mantine-primary-color-light-hover': 'var(--hm-accent-soft)',
  '--mantine-primary-color-light-color': 'var(--hm-accent)',
  '--mantine-color-blue-filled': 'var(--hm-accent)',
  '--mantine-color-blue-filled-hover': 'var(--hm-accent-hover)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: mapped,
  dark: mapped,
});
