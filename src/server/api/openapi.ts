/** The OpenAPI 3.1 document, made from the operations and from the schemas that validate. */
import { z } from 'zod';
import { scopes } from '../admin/keys.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { contentTypes } from './records.ts';
import { named, pathParameters } from './schemas.ts';

type Json = Record<string, unknown>;

const REFERENCE = '#/components/schemas/';

/** @param version of the program */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  return {
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
      schemas: namedSchemas(),
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
  };
}

function operationObject(operation: Operation): Json {
  const { id, summary, scope, body, answer } = operation;
  return {
    operationId: id,
    summary,
    description: `Needs the scope ${scope}.`,
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: schemaOf(body, 'input') } },
      },
    }),
    responses: {
      [operation.status]: { description: summary, ...headersOf(operation), ...contentOf(answer) },
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: { $ref: `${REFERENCE}Problem` } } },
      },
    },
  };
}

function parametersOf({ path, query, method, ifMatch }: Operation): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(pathParameters[name] as z.ZodType, 'input'),
  }));
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...inPath,
    ...(query ? queryParameters(query) : []),
    ...(ifMatch
      ? [header('If-Match', ifMatch === 'required', 'the ETag of the room as it was read, or *')]
      : []),
    ...(method === 'post'
      ? [
          header(
            'Idempotency-Key',
            false,
            'the same request with the same key is done once; kept for 24 hours',
          ),
        ]
      : []),
  ];
}

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {} } = schemaOf(query, 'input') as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    schema,
    ...(description ? { description } : {}),
  }));
}

function headersOf({ answer, status }: Operation): Json {
  const isRoom = answer !== null && answer !== 'file' && /Room$/.test(named.get(answer)?.id ?? '');
  const text = (description: string) => ({ description, schema: { type: 'string' } });
  const headers = {
    ...(isRoom && { ETag: text('the version of the room') }),
    ...(isRoom && status === 201 && { Location: text('where the room is found') }),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

function contentOf(answer: Operation['answer']): Json {
  if (answer === null) return {};
  if (answer !== 'file') return { content: { 'application/json': { schema: schemaOf(answer, 'output') } } };
  const types = Object.values(contentTypes).map((type) => type.split(';')[0] as string);
  return {
    content: Object.fromEntries(
      types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
    ),
  };
}

function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(named, { uri: (id) => REFERENCE + id, override: plain });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema as Json)]));
}

/** By its name where it has one. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = named.get(schema)?.id;
  return id ? { $ref: REFERENCE + id } : bare(z.toJSONSchema(schema, { io, override: plain }) as Json);
}

/** Leaves out what says nothing to people: a format's own pattern, and how large a number in JavaScript can be. */
function plain({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const bare = ({ $schema: _, $id: __, ...schema }: Json): Json => schema;
