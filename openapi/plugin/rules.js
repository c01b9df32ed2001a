// Each rule says what to do about it: the message is what a contributor reads.

const resolve = (node, { resolve }) => (node?.$ref ? resolve(node).node : node);

export function requestWeight() {
  return {
    Operation(operation, { report, location }) {
      const weight = operation["x-request-weight"];
      if (!Number.isInteger(weight) || weight < 1) {
        report({ message: "Say what the request costs: `x-request-weight`, a whole number of at least 1.", location });
      }
    },
  };
}

export function responseExamples() {
  return {
    Response: {
      MediaType(media, { report, location }) {
        if (Object.keys(media.examples ?? {}).length === 0) {
          report({ message: "Give the response at least one named example: the mock answers with it.", location });
        }
      },
    },
    Example(example, { report, location }) {
      if (!example.summary) report({ message: "Say in `summary` which situation the example shows.", location });
    },
  };
}

export function rateLimitResponses() {
  return {
    Operation(operation, ctx) {
      for (const status of ["418", "429"]) {
        const response = resolve(operation.responses?.[status], ctx);
        if (!response?.headers?.["Retry-After"]) {
          ctx.report({
            message: `Document \`${status}\` with its \`Retry-After\` header: every signed endpoint can answer it.`,
            location: ctx.location,
          });
        }
      }
    },
  };
}

export function fieldDescriptions() {
  return {
    Schema(schema, { report, location }) {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        const at = location.child(["properties", name]);
        if (!field.description) report({ message: `Describe \`${name}\`: its meaning and unit, in a sentence.`, location: at });
        const nested = field.type === "array" || field.type === "object";
        if (!nested && !field.examples?.length) report({ message: `Give \`${name}\` an example value in \`examples\`.`, location: at });
      }
    },
  };
}

export function timesAreInt64Ms() {
  return {
    Schema(schema, ctx) {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (!/time(stamp)?$/i.test(name)) continue;
        const { type, format } = resolve(field, ctx);
        if (type !== "integer" || format !== "int64") {
          ctx.report({ message: `\`${name}\` is a time: use the TimestampMs schema.`, location: ctx.location.child(["properties", name]) });
        }
      }
    },
  };
}

export function noFloatingPoint() {
  return {
    Schema(schema, { report, location }) {
      if ([schema.type].flat().includes("number")) {
        report({ message: "Amounts and prices are decimal strings: use the Decimal schema, never `type: number`.", location });
      }
    },
  };
}
