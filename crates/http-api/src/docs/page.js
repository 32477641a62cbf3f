// Renders /openapi.json. Everything that comes from the document is set as text, never as markup.
"use strict";

/** An element with attributes and children; texts become text nodes. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Text with `code` in backticks. */
function inline(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

/** Paragraphs, parted by blank lines. */
function prose(text) {
  return (text ?? "").split(/\n\s*\n/).filter(Boolean).map((part) => element("p", {}, inline(part)));
}

/** A block of code with a button that copies it. */
function listing(caption, text) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return element("figure", {}, element("figcaption", {}, caption), button, element("pre", {}, element("code", {}, text)));
}

const pretty = (value) => JSON.stringify(value, null, 2);

/** Follows a reference inside the document. */
function resolve(api, node) {
  if (!node?.$ref) {
    return node;
  }
  const steps = node.$ref.replace("#/", "").split("/");
  return steps.reduce((place, step) => place[step.replaceAll("~1", "/").replaceAll("~0", "~")], api);
}

/** What a schema is called in a table. */
function typeOf(api, schema) {
  if (!schema) {
    return "";
  }
  const options = schema.oneOf ?? schema.anyOf;
  if (options) {
    return options.map((option) => typeOf(api, option)).join(" | ");
  }
  if (schema.$ref) {
    return schema.$ref.split("/").pop();
  }
  const types = [schema.type ?? "object"].flat();
  return types.map((type) => (type === "array" ? `array of ${typeOf(api, schema.items)}` : type)).join(" | ");
}

/** The fields of a schema, those of its parts included. */
function fieldsOf(api, schema) {
  const whole = resolve(api, schema) ?? {};
  const parts = (whole.allOf ?? []).flatMap((part) => fieldsOf(api, part));
  const required = whole.required ?? [];
  const own = Object.entries(whole.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeOf(api, field),
    required: required.includes(name),
    description: field.description ?? resolve(api, field)?.description,
  }));
  return [...parts, ...own];
}

function table(heads, rows) {
  const head = element("tr", {}, heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((cells) => element("tr", {}, cells.map((cell) => element("td", {}, cell))));
  return element("div", { class: "table" }, element("table", {}, element("thead", {}, head), element("tbody", {}, body)));
}

function fieldTable(api, schema) {
  const fields = fieldsOf(api, schema);
  if (fields.length === 0) {
    return [];
  }
  const rows = fields.map((field) => [
    element("code", {}, field.name),
    field.required ? field.type : `${field.type}, may be left out`,
    prose(field.description),
  ]);
  return [table(["Field", "Type", "Meaning"], rows)];
}

function parameterTable(api, parameters) {
  const rows = parameters.map((parameter) => [
    element("code", {}, parameter.name),
    `${parameter.in}, ${typeOf(api, parameter.schema)}${parameter.required ? "" : ", may be left out"}`,
    prose(parameter.description),
  ]);
  return [element("h4", {}, "Parameters"), table(["Name", "Where", "Meaning"], rows)];
}

/** The examples of a body: `[name, example]`. */
function examplesOf(content) {
  if (content?.examples) {
    return Object.entries(content.examples).map(([name, example]) => [example.summary ?? name, example.value]);
  }
  return content?.example === undefined ? [] : [["Example", content.example]];
}

/** The request as a line for a shell. */
function curl(path, method, operation, body) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [`curl -sS ${quote(location.origin + path)}`];
  if (method !== "get") {
    parts.push(`-X ${method.toUpperCase()}`);
  }
  if (operation.security?.length) {
    parts.push(`-H "Authorization: Bearer $TOKEN"`);
  }
  if (body !== undefined) {
    parts.push(`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`);
  }
  return parts.join(" \\\n  ");
}

function requestPart(api, path, method, operation) {
  const content = operation.requestBody?.content?.["application/json"];
  const examples = examplesOf(content);
  const nodes = content ? [element("h4", {}, "Body"), ...fieldTable(api, content.schema)] : [];
  nodes.push(element("h4", {}, "Try it"));
  const first = examples[0]?.[1];
  nodes.push(listing("In a shell", curl(path, method, operation, first)));
  nodes.push(...examples.slice(1).map(([name, value]) => listing(name, pretty(value))));
  return nodes;
}

function answer(api, status, response) {
  const whole = resolve(api, response);
  const contents = Object.entries(whole.content ?? {});
  const summary = element(
    "summary",
    {},
    element("span", { class: "status" }, status),
    inline(whole.description ?? ""),
  );
  const bodies = contents.flatMap(([type, content]) => [
    element("p", {}, element("small", {}, type)),
    ...(type === "application/json" ? fieldTable(api, content.schema) : []),
    ...examplesOf(content).map(([name, value]) => listing(name, pretty(value))),
  ]);
  return element("details", status.startsWith("2") ? { open: "" } : {}, summary, bodies);
}

function operationCard(api, path, method, operation) {
  const needsToken = operation.security?.length > 0;
  const header = element(
    "header",
    {},
    element("h3", {}, operation.summary ?? ""),
    element("span", { class: `method ${method}` }, method.toUpperCase()),
    element("code", {}, path),
    needsToken ? element("span", { class: "token" }, "needs a token") : null,
  );
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) => answer(api, status, response));
  const body = element(
    "div",
    {},
    prose(operation.description),
    operation.parameters?.length ? parameterTable(api, operation.parameters) : [],
    requestPart(api, path, method, operation),
    element("h4", {}, "Answers"),
    answers,
  );
  return element("article", { id: operation.operationId }, header, body);
}

function problemCard(api) {
  const fields = fieldTable(api, { $ref: "#/components/schemas/Problem" });
  const shared = Object.entries(api.components.responses ?? {}).map(([name, response]) => answer(api, name, response));
  return [element("h2", { id: "problems" }, "Problems"), ...fields, ...shared];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })),
  );
}

function render(api) {
  const contents = [];
  const sections = [
    element("h1", {}, `${api.info.title} ${api.info.version}`),
    ...prose(api.info.description),
    element("p", {}, element("a", { href: "/openapi.json" }, "openapi.json")),
  ];
  for (const tag of api.tags ?? []) {
    const operations = operationsOf(api).filter(({ operation }) => operation.tags?.includes(tag.name));
    contents.push(element("strong", {}, tag.name));
    sections.push(element("h2", {}, tag.name), ...prose(tag.description));
    for (const { path, method, operation } of operations) {
      const badge = element("span", { class: `method ${method}` }, method.toUpperCase());
      contents.push(element("a", { href: `#${operation.operationId}` }, badge, element("code", {}, path)));
      sections.push(operationCard(api, path, method, operation));
    }
  }
  contents.push(element("strong", {}, element("a", { href: "#problems" }, "Problems")));
  document.title = `${api.info.title} API`;
  document.getElementById("contents").replaceChildren(...contents);
  document.getElementById("document").replaceChildren(...sections, ...problemCard(api));
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

async function start() {
  try {
    const response = await fetch("/openapi.json");
    if (!response.ok) {
      throw new Error(`HTTP ${response.status}`);
    }
    render(await response.json());
  } catch (error) {
    const sorry = element("p", {}, `The document could not be read: ${error.message}`);
    document.getElementById("document").replaceChildren(sorry);
  }
}

start();
