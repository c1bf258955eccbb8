/** The OpenAPI 3.1 document, made from the operations and from the schemas that validate. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { scopes } from '../admin/keys.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { type ProblemKind, problemKinds } from './problems.ts';
import { contentTypes } from './records.ts';
import { pathParameters, problemSchema } from './schemas.ts';

/** @param version of the program */
export function openApiDocument(version: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'webinterview',
        version,
        description:
          'Books interviews and reads what came of them. Each answer to a wrong request is a problem (RFC 9457). See docs/api.md.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/api/v1' }],
      security: [{ key: [] }],
      paths,
      components: {
        responses: problemAnswers(),
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: `A key of \`webinterview key create\`. Its scopes: ${Object.entries(scopes)
              .map(([scope, what]) => `${scope} (${what})`)
              .join(', ')}.`,
          },
        },
      },
    },
    { override: plain },
  );
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { id, summary, scope, body, path, query } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return {
    operationId: id,
    summary,
    description: `Needs the scope ${scope}.`,
    requestParams: {
      path: z.object(Object.fromEntries(names.map((name) => [name, pathParameters[name] as z.ZodType]))),
      ...(query && { query: query as z.ZodObject }),
      header: z.object(headersTaken(operation)),
    },
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: body } },
      },
    }),
    responses: {
      [`${operation.status}` as const]: {
        description: summary,
        headers: headersGiven(operation),
        content: contentOf(operation.answer),
      },
      ...refusals(operation),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function headersTaken({ method, ifMatch }: Operation): Record<string, z.ZodType> {
  const text = (required: boolean, description: string) =>
    (required ? z.string() : z.string().optional()).describe(description);
  const etag = text(ifMatch === 'required', 'the ETag of the room as it was read, or *');
  const key = text(false, 'the same request with the same key is done once; kept for 24 hours');
  return { ...(ifMatch && { 'If-Match': etag }), ...(method === 'post' && { 'Idempotency-Key': key }) };
}

function headersGiven({ answer, status }: Operation): ZodOpenApiResponseObject['headers'] {
  const isRoom = answer !== null && answer !== 'file' && /Room$/.test(answer.meta()?.id ?? '');
  if (!isRoom) return undefined;
  return z.object({
    ETag: z.string().describe('the version of the room'),
    ...(status === 201 && { Location: z.string().describe('where the room is found') }),
  });
}

function contentOf(answer: Operation['answer']): ZodOpenApiResponseObject['content'] {
  if (answer === null) return undefined;
  if (answer !== 'file') return { 'application/json': { schema: answer } };
  const types = Object.values(contentTypes).map((type) => type.split(';')[0] as string);
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

/** By their status, the problems of requests that are wrong. What fails on the server is among the rest. */
function refusals(operation: Operation): Record<`4${string}`, { $ref: string }> {
  const statuses = Object.entries(isPossible(operation))
    .filter(([, possible]) => possible)
    .map(([kind]) => problemKinds[kind as Refusal][0]);
  return Object.fromEntries(statuses.map((status) => [status, answerOf(status)]));
}

type Refusal = Exclude<ProblemKind, 'method-not-allowed' | 'internal' | 'unavailable'>;

/** Which problems the path, the parts and the rules of an operation can lead to. */
function isPossible({ method, path, body, answer, ifMatch }: Operation): Record<Refusal, boolean> {
  return {
    'invalid-request': true,
    unauthorized: true,
    forbidden: true,
    'not-found': path.includes('{'),
    conflict: body !== undefined,
    'in-progress': method === 'post',
    changed: ifMatch !== undefined,
    'too-large': method !== 'get',
    'unsupported-media-type': method !== 'get',
    impossible: body !== undefined || answer === 'file',
    'key-reused': method === 'post',
    'precondition-required': ifMatch === 'required',
    'rate-limited': true,
  };
}

/** The answers to wrong requests, each with what it may be about. */
function problemAnswers(): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(Object.values(problemKinds), ([status]) => status);
  // What is not one of the operations is not in the document: 405 is nobody's answer here.
  const answers = [...byStatus]
    .filter(([status]) => status < 500 && status !== 405)
    .map(([status, kinds]) => [nameOf(status), problem(kinds.map(([, title]) => title).join('; or: '))]);
  return { Problem: problem('A problem'), ...Object.fromEntries(answers) };
}

const problem = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** As RFC 9110 calls it, in one word: UnprocessableEntity. */
const nameOf = (status: number) => (STATUS_CODES[status] ?? '').replaceAll(' ', '');

const answerOf = (status: number) => ({ $ref: `#/components/responses/${nameOf(status)}` });

/** Leaves out what says nothing to people: a format's own pattern, and how large a number in JavaScript can be. */
const plain: CreateDocumentOptions['override'] = ({ jsonSchema }) => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};
