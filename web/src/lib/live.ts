// The live connection: opens a socket, resumes behind the last sequence number, notices silence, tries again.
// It knows nothing of React or of the browser; time, timers and sockets are given to it.
//
// live          messages arrive
// connecting    the first attempt is under way
// reconnecting  the socket was lost less than two heartbeats ago
// stale         nothing was heard for two heartbeats: what the page shows is old

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stale';

export interface LiveItem {
  seq: number;
  noun: string;
  id: string;
  at: string;
}

export interface LiveMessage {
  kind: 'hello' | 'changes' | 'reset' | 'scan' | 'heartbeat';
  seq?: number;
  heartbeat_seconds?: number;
  items?: LiveItem[];
  scan?: unknown;
}

export interface Socket {
  hear: ((text: string) => void) | null;
  lost: ((code: number) => void) | null;
  close(): void;
}

export interface LiveHost {
  open(since: number | undefined): Socket;
  now(): number; // milliseconds
  after(ms: number, run: () => void): () => void; // gives what cancels it
  random(): number;
}

export interface LiveHandlers {
  // A connection stands, the first or a later one. What is told without a number was missed in between.
  onHello(again: boolean): void;
  onState(state: LiveState, heardAt: number): void;
  onChanges(items: LiveItem[]): void;
  onReset(): void;
  onScan(scan: unknown): void;
  onSessionEnd(): void;
}

const kFirstRetryMs = 500;
const kMostRetryMs = 15_000;
const kDefaultHeartbeatMs = 15_000;
const kSessionEnded = 4401;
// A heartbeat may be late by the network's jitter without being missed.
const kGraceMs = 1_500;

export class Live {
  private socket: Socket | undefined;
  private seq: number | undefined;
  private attempts = 0;
  private state: LiveState = 'connecting';
  private heardAt: number;
  private heartbeatMs = kDefaultHeartbeatMs;
  private cancelRetry = () => {};
  private cancelWatch = () => {};
  private stopped = false;
  private greeted = false;

  constructor(
    private readonly host: LiveHost,
    private readonly handlers: LiveHandlers,
  ) {
    this.heardAt = host.now();
  }

  start() {
    this.connect();
    this.watch();
  }

  stop() {
    this.stopped = true;
    this.cancelRetry();
    this.cancelWatch();
    this.drop();
  }

  // The network came back, the page is looked at again, or a person asked.
  retryNow() {
    if (this.stopped || this.state === 'live') return;
    this.attempts = 0;
    this.cancelRetry();
    this.drop();
    this.connect();
  }

  private drop() {
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.hear = null;
    socket.lost = null;
    socket.close();
  }

  private connect() {
    const socket = this.host.open(this.seq);
    this.socket = socket;
    socket.hear = (text) => this.hear(text);
    socket.lost = (code) => this.lose(code);
  }

  private lose(code: number) {
    this.socket = undefined;
    if (this.stopped) return;
    if (code === kSessionEnded) {
      this.stop();
      this.handlers.onSessionEnd();
      return;
    }
    if (this.state === 'live') this.become('reconnecting');
    this.retryLater();
  }

  private retryLater() {
    const bound = Math.min(kMostRetryMs, kFirstRetryMs * 2 ** this.attempts);
    this.attempts += 1;
    this.cancelRetry();
    this.cancelRetry = this.host.after(bound * (0.5 + this.host.random() / 2), () => this.connect());
  }

  private become(state: LiveState) {
    this.state = state;
    this.handlers.onState(state, this.heardAt);
  }

  // Runs out when two heartbeats were missed, whether the socket says that it is open or not.
  private watch() {
    this.cancelWatch();
    this.cancelWatch = this.host.after(2 * this.heartbeatMs + kGraceMs, () => {
      this.become('stale');
      if (!this.socket) return;
      this.drop();
      this.retryLater();
    });
  }

  private hear(text: string) {
    let message: LiveMessage;
    try {
      message = JSON.parse(text) as LiveMessage;
    } catch {
      return; // not ours; silence will be noticed by the watch
    }
    this.heardAt = this.host.now();
    if (message.heartbeat_seconds) this.heartbeatMs = message.heartbeat_seconds * 1000;
    this.watch();
    this.attempts = 0;
    if (this.state !== 'live') this.become('live');
    this.handle(message);
  }

  private handle(message: LiveMessage) {
    switch (message.kind) {
      case 'hello':
        this.seq ??= message.seq;
        this.handlers.onHello(this.greeted);
        this.greeted = true;
        return;
      case 'changes':
        if (message.seq !== undefined && this.seq !== undefined && message.seq <= this.seq) return;
        this.seq = message.seq ?? this.seq;
        if (message.items?.length) this.handlers.onChanges(message.items);
        return;
      case 'reset':
        this.seq = message.seq;
        this.handlers.onReset();
        return;
      case 'scan':
        this.handlers.onScan(message.scan);
        return;
      case 'heartbeat':
    }
  }
}
