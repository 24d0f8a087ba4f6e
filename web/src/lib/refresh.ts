// Asks again for what changed: at most once in each interval, and never while the last answer is still under way.
// During a scan news comes faster than answers; breaking off each question for the next would never give one.

export interface RefreshHost {
  after(ms: number, run: () => void): () => void; // gives what cancels it
  busy(key: string): boolean; // an answer is under way
  ask(key: string): void;
}

export class Refresh {
  private readonly due = new Set<string>();
  private cancel: (() => void) | undefined;

  constructor(
    private readonly host: RefreshHost,
    private readonly ms: number,
  ) {}

  want(keys: Iterable<string>) {
    for (const key of keys) this.due.add(key);
    if (this.due.size > 0) this.cancel ??= this.host.after(this.ms, () => this.run());
  }

  stop() {
    this.cancel?.();
    this.cancel = undefined;
    this.due.clear();
  }

  private run() {
    this.cancel = undefined;
    for (const key of this.due) {
      // The answer under way may be older than the news, so the question stays due.
      if (this.host.busy(key)) continue;
      this.due.delete(key);
      this.host.ask(key);
    }
    this.want([]);
  }
}
