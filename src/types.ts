import type { operations as table } from "../generated/operations.js";
import type { operations, QueryParameters, ResponseBodies } from "../generated/schema.js";

/** Name of an operation, such as `getUmAccount`. */
export type OperationId = keyof typeof table & keyof operations;

/** Name of a host with a weight budget of its own: `papi` or `dapi`. */
export type ServerName = (typeof table)[OperationId]["server"];

/** Which of two calls that wait goes first. */
export type Priority = "high" | "normal";

/** Path of an operation, such as `/papi/v1/um/account`. */
export type Path = (typeof table)[OperationId]["path"];

/** The operation that a path belongs to. */
export type OperationAt<P extends Path> = {
  [Id in OperationId]: (typeof table)[Id]["path"] extends P ? Id : never;
}[OperationId];

/** Body of a successful response. */
export type DataOf<Id extends OperationId> = ResponseBodies[Id];

/** Query parameters that a caller may send; those that exclude each other cannot be written together. */
export type ParametersOf<Id extends OperationId> = Exclusive<
  QueryParameters[Id],
  (typeof table)[Id]["exclusive"]
>;

/** Name of an operation that can be called without a parameter. */
export type FreeOperationId = {
  [Id in OperationId]: {} extends ParametersOf<Id> ? Id : never;
}[OperationId];

type Exclusive<Query, Groups extends readonly (readonly string[])[]> = Groups extends readonly [
  infer Group extends readonly string[],
  ...infer Rest extends readonly (readonly string[])[],
]
  ? Exclusive<AtMostOne<Query, Group[number]>, Rest>
  : Query;

type AtMostOne<Query, Names extends string> = Omit<Query, Names> &
  { [Name in Names]: Pick<Query, Name & keyof Query> & { [Other in Exclude<Names, Name>]?: never } }[Names];
