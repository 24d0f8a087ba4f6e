const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

// Of what a quota counts: pieces, or TiB with a fraction.
export const amount = (value: number) => figures.format(value);
