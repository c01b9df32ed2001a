// Each rule says what to do about it: the message is what a contributor reads.

const resolve = (node, { resolve }) => (node?.$ref ? resolve(node).node : node);

export function requestWeight() {
  return {
    Operation(operation, { report, location }) {
      const weight = operation["x-request-weight"];
      if (!Number.isInteger(weight) || weight < 1) {
        report({
          message: "Say what the request costs: `x-request-weight`, a whole number of at least 1.",
          location,
        });
      }
    },
  };
}

export function responseExamples() {
  return {
    Response: {
      MediaType(media, { report, location }) {
        if (Object.keys(media.examples ?? {}).length === 0) {
          report({
            message: "Give the response at least one named example: the mock answers with it.",
            location,
          });
        }
      },
    },
    Example(example, { report, location }) {
      if (!example.summary)
        report({ message: "Say in `summary` which situation the example shows.", location });
    },
  };
}

const everyOperation = ["200", "400", "401", "403", "404", "408", "418", "429", "5XX"];

export function errorResponses() {
  return {
    Operation(operation, { report, location }) {
      const missing = everyOperation.filter((status) => !operation.responses?.[status]);
      if (missing.length > 0)
        report({
          message: `Document what every signed endpoint can answer: ${missing.join(", ")} are missing.`,
          location,
        });
    },
  };
}

export function operationIds() {
  return {
    Operation({ operationId }, { report, location }) {
      if (!/^[a-z][A-Za-z0-9]*$/.test(operationId ?? "")) {
        report({
          message: "Name the operation in camel case, such as `getUmAccount`: it becomes a method.",
          location: location.child("operationId"),
        });
      }
    },
  };
}

export function signedParameters() {
  return {
    Operation(operation, ctx) {
      const parameters = (operation.parameters ?? []).map((parameter) => resolve(parameter, ctx));
      if (!parameters.some(({ name }) => name === "timestamp")) {
        ctx.report({
          message: "Add components/parameters/timestamp.yaml: every signed request carries one.",
          location: ctx.location,
        });
      }
      for (const { name, required, description, examples, ...parameter } of parameters) {
        if (description === undefined)
          ctx.report({
            message: `Describe the parameter \`${name}\`: default, limits, and what happens beyond them.`,
            location: ctx.location,
          });
        if (required && !parameter["x-injected"] && !examples) {
          ctx.report({
            message: `Give the required parameter \`${name}\` \`examples\`: tests call the operation with the first.`,
            location: ctx.location,
          });
        }
      }
      const known = new Set(parameters.map(({ name }) => name));
      for (const name of (operation["x-mutually-exclusive"] ?? []).flat()) {
        if (!known.has(name))
          ctx.report({
            message: `\`x-mutually-exclusive\` names \`${name}\`, which is no parameter.`,
            location: ctx.location,
          });
      }
    },
  };
}

export function overviewFields() {
  return {
    Schema(schema, { report, location }) {
      const { fields = [], hideWhenZero = [], healthy = {} } = schema["x-overview"] ?? {};
      for (const name of [...fields, ...[hideWhenZero].flat(), ...Object.keys(healthy)]) {
        if (!schema.properties?.[name])
          report({ message: `\`x-overview\` names \`${name}\`, which is no field.`, location });
      }
    },
  };
}

/** `risk()` and `liquidationDistance()` compute by these: a misspelt field would silently be none. */
export function riskFields() {
  return {
    Schema(schema, { report, location }) {
      const { ratio, status, levels = [] } = schema["x-levels"] ?? {};
      const { amount, price, at } = schema["x-liquidation"] ?? {};
      const named = { "x-levels": [ratio, status], "x-liquidation": [amount, price, at] };
      for (const [key, names] of Object.entries(named)) {
        for (const name of schema[key] ? names : []) {
          if (!schema.required?.includes(name))
            report({ message: `\`${key}\` names \`${name}\`, which is no required field.`, location });
        }
      }
      const thresholds = levels.slice(0, -1).map(({ above }) => Number(above));
      const falls = thresholds.every((above, i) => above < (thresholds[i - 1] ?? Infinity));
      if (schema["x-levels"] && (levels.length < 2 || !falls || levels.at(-1).above !== undefined))
        report({
          message: "`x-levels` must go from healthy to worst, `above` falling, the last level without one.",
          location,
        });
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

export function emptyTexts() {
  const check = ({ summary, description }, { report, location }) => {
    for (const [key, text] of Object.entries({ summary, description })) {
      if (text !== undefined && String(text).trim() === "")
        report({ message: `Fill in \`${key}\`: it is empty.`, location: location.child(key) });
    }
  };
  return { Operation: check, Parameter: check, Response: check, Schema: check, Tag: check, Server: check };
}

export function fieldDescriptions() {
  return {
    Schema(schema, ctx) {
      const { report, location } = ctx;
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        const at = location.child(["properties", name]);
        if (field.description === undefined)
          report({ message: `Describe \`${name}\`: its meaning and unit, in a sentence.`, location: at });
        const { type } = resolve(field, ctx) ?? {};
        const nested = type === "array" || type === "object";
        if (!nested && !field.examples?.length)
          report({ message: `Give \`${name}\` an example value in \`examples\`.`, location: at });
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
          ctx.report({
            message: `\`${name}\` is a time: use the TimestampMs schema.`,
            location: ctx.location.child(["properties", name]),
          });
        }
      }
    },
  };
}

export function noFloatingPoint() {
  return {
    Schema(schema, { report, location }) {
      if ([schema.type].flat().includes("number")) {
        report({
          message: "Amounts and prices are decimal strings: use the Decimal schema, never `type: number`.",
          location,
        });
      }
    },
  };
}
