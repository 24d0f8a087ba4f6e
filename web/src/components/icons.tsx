// Our own small set of line icons: 16 units square, drawn with the text's colour, never read out.

const paths = {
  overview: 'M2.5 2.5h4.5v5H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 9.5h4.5v4H2.5z',
  inventory: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01M8 5h3.5M8 11h3.5',
  topology: 'M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5',
  findings: 'M3.5 14V2.5h9l-2 3l2 3h-9',
  coverage:
    'M2.5 2.5h3v3h-3zM6.5 2.5h3v3h-3zM10.5 2.5h3v3h-3zM2.5 6.5h3v3h-3zM6.5 6.5h3v3h-3zM2.5 10.5h3v3h-3zM10.5 10.5l3 3M13.5 10.5l-3 3M10.5 6.5h3v3h-3zM6.5 10.5h3v3h-3z',
  tags: 'M2.5 2.5h5l6 6l-5 5l-6-6zM5.2 5.2h.01',
  changes: 'M2.5 5h10M9.5 2l3 3l-3 3M13.5 11h-10M6.5 8l-3 3l3 3',
  spending:
    'M8 1.8v12.4M11.2 4.6c-.6-1-1.7-1.5-3.2-1.5c-1.9 0-3.2.9-3.2 2.4c0 3.3 6.6 1.7 6.6 5c0 1.5-1.4 2.4-3.4 2.4c-1.6 0-2.8-.6-3.4-1.7',
  quotas: 'M2.5 13.5v-5h3v5zM6.5 13.5v-9h3v9zM10.5 13.5v-7h3v7zM2 2.5h12',
  query: 'M2.5 3h11v10h-11zM5 6l2 2-2 2M8.5 10.5h3',
  settings:
    'M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M8.5 4.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0M4 11.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0',
  connect: 'M6.5 9.5l3-3M7 4.5l1-1a3 3 0 0 1 4.5 4.5l-1 1M9 11.5l-1 1A3 3 0 0 1 3.5 8l1-1',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5l3 3',
  sun: 'M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  user: 'M8 2.5a2.75 2.75 0 1 0 0 5.5a2.75 2.75 0 1 0 0-5.5M2.5 14c.6-2.7 2.8-4 5.5-4s4.9 1.3 5.5 4',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  external: 'M6.5 3H3v10h10V9.5M9 2.5h4.5V7M13.5 2.5L7.5 8.5',
  down: 'M3.5 6l4.5 4.5L12.5 6',
  right: 'M6 3.5L10.5 8L6 12.5',
  left: 'M10 3.5L5.5 8L10 12.5',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  rows: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h11',
  download: 'M8 2.5v7.5M4.5 7L8 10.5L11.5 7M2.5 13.5h11',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 2v2.8h-2.8',
  link: 'M6.5 9.5l3-3M7 4.5l1-1a3 3 0 0 1 4.5 4.5l-1 1M9 11.5l-1 1A3 3 0 0 1 3.5 8l1-1',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  sortUp: 'M8 13V3.5M4 7L8 3L12 7',
  sortDown: 'M8 3v9.5M4 9l4 4l4-4',
  plus: 'M8 3v10M3 8h10',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.5 6.5h.01M9 6.5h.01M11.5 6.5h.01M4.5 9.5h7',
  logout: 'M6.5 2.5h-4v11h4M6.5 8h7.5M11 5l3 3l-3 3',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 4.8V8l2.3 1.6',
  key: 'M10.5 2.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8.3 7.7L3 13M4.5 11.5L6 13',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 7.3v3.6M8 5h.01',
  warning: 'M8 2.2l6.3 11.3H1.7zM8 6.5v3.2M8 11.6h.01',
  question: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M6.2 6.3a1.9 1.9 0 1 1 2.6 1.9c-.5.2-.8.6-.8 1.2M8 11.4h.01',
  play: 'M4.5 2.8v10.4L13 8z',
  bookmark: 'M4 2.5h8v11L8 10.5L4 13.5z',
  edit: 'M3 13l.7-3L10.5 3.2a1 1 0 0 1 1.4 0l.9.9a1 1 0 0 1 0 1.4L6 12.3zM9 4.7L11.3 7',
  collapse: 'M2.5 3h11v10h-11zM6 3v10M11 6.5L9.5 8L11 9.5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
