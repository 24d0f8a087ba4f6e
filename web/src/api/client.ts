// The one place that speaks HTTP. Every failure becomes one readable ApiError.
import createClient from 'openapi-fetch';
import type { components, paths } from '@/api/schema';
import { sentence } from '@/lib/format';

type ErrorBody = components['schemas']['Error']['error'];

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server could not be reached
    readonly body: ErrorBody,
  ) {
    super(sentence(body.message));
    this.name = 'ApiError';
  }
  get code() {
    return this.body.code;
  }
  get requestId() {
    return this.body.request_id;
  }
}

export const http = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function asBody(error: unknown, response: Response): ErrorBody {
  if (typeof error === 'object' && error !== null && 'error' in error) {
    return (error as { error: ErrorBody }).error;
  }
  return {
    code: 'internal',
    message: `The server answered ${response.status} without saying why.`,
    request_id: response.headers.get('X-Request-Id') ?? '',
  };
}

const unreachable: ErrorBody = {
  code: 'unreachable',
  message: 'The server cannot be reached. What you see is the last that was loaded.',
  request_id: '',
};

// The data of an answer; throws ApiError for everything else.
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, unreachable);
  }
  if (!answer.response.ok) throw new ApiError(answer.response.status, asBody(answer.error, answer.response));
  return answer.data as T;
}

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;
