// @ts-check
/**
 * /openapi.json → a page to read.
 *
 * @typedef {Record<string, any>} Json
 */

const METHODS = ["get", "post"];

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} tag @param {string} name of the class @param {...(string | Node)} content */
function element(tag, name, ...content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...content);
  return made;
}

/** Text in which `code` is marked. @param {string} text */
function marked(text = "") {
  return text.split("`").map((part, n) => (n % 2 ? element("code", "", part) : part));
}

/** @param {string} id @param {...(string | Node)} content */
function link(id, ...content) {
  const made = /** @type {HTMLAnchorElement} */ (element("a", "", ...content));
  made.href = `#${id}`;
  return made;
}

/** @param {string} method */
function pill(method) {
  const made = element("span", "method", method.toUpperCase());
  made.dataset.method = method;
  return made;
}

/** @param {string} method @param {string} path */
function idOf(method, path) {
  return `${method}-${path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "page"}`;
}

// Types

/** A schema in a few words, with links to those that have a name. @param {Json} schema */
function typeOf(schema) {
  /** @type {(string | Node)[]} */
  let words;
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    words = [link(`type-${name}`, name)];
  } else if (choices) {
    words = choices.flatMap((/** @type {Json} */ one, /** @type {number} */ n) =>
      n ? [" or ", ...typeOf(one)] : typeOf(one),
    );
  } else if (schema.enum || schema.const) {
    const values = schema.enum ?? [schema.const];
    words = [values.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(" | ")];
  } else if (schema.contentMediaType) {
    words = ["bytes"];
  } else if (schema.prefixItems) {
    words = ["list of ", `${schema.prefixItems.length} `, ...typeOf(schema.prefixItems[0]), "s"];
  } else if (schema.items) {
    words = ["list of ", ...typeOf(schema.items)];
  } else if (schema.format === "date-time") {
    words = ["time"];
  } else {
    words = [schema.type ?? "anything"];
  }
  return words;
}

/** @param {Json} schema */
function limits(schema) {
  const said = [];
  if (schema.default !== undefined && schema.default !== null) {
    said.push(`default ${JSON.stringify(schema.default)}`);
  }
  if (schema.maxLength) said.push(`up to ${schema.maxLength} characters`);
  return said.join(", ");
}

/** One row: what it is called, what it is. @param {string} name @param {boolean} required @param {Json} schema @param {string} [description] */
function row(name, required, schema, description = schema.description) {
  const head = element("th", "", element("code", "", name));
  head.setAttribute("scope", "row");
  if (!required) head.append(" ", element("span", "optional", "optional"));
  const more = limits(schema);
  const cell = element("td", "", element("span", "type", ...typeOf(schema), more && ` (${more})`));
  if (description) cell.append(element("span", "", ...marked(description)));
  return element("tr", "", head, cell);
}

/** @param {string} name @param {Json} schema */
function schemaCard(name, schema) {
  const card = element("section", "schema", element("h3", "", name));
  card.id = `type-${name}`;
  if (schema.description) card.append(element("p", "description", ...marked(schema.description)));
  if (schema.properties) {
    const required = new Set(schema.required);
    const rows = Object.entries(schema.properties).map(([key, property]) =>
      row(key, required.has(key), property),
    );
    card.append(element("table", "", ...rows));
  } else {
    card.append(element("p", "description", ...typeOf(schema)));
  }
  return card;
}

// Calls

/** @param {string} method @param {string} path @param {Json} call */
function curl(method, path, call) {
  const url = location.origin + path;
  const content = call.requestBody?.content ?? {};
  if (content["application/octet-stream"]) return `curl --data-binary @photo.jpg '${url}?explain=1'`;
  const json = content["application/json"];
  if (json) return `curl --json '${JSON.stringify(json.example ?? {})}' ${url}`;
  return method === "get" ? `curl ${url}` : `curl --request ${method.toUpperCase()} ${url}`;
}

/** @param {string} title @param {Node[]} rows */
function part(title, rows) {
  return rows.length ? [element("h3", "part", title), element("table", "", ...rows)] : [];
}

/** @param {[string, Json]} answer */
function answerRow([status, { description, content }]) {
  const head = element("th", "", element("span", "status", status));
  head.setAttribute("scope", "row");
  const [type, { schema }] = Object.entries(content)[0];
  const cell = element("td", "");
  if (type.startsWith("application/problem")) {
    const kinds = description.replaceAll("urn:realeyez:problem:", "").split("; ");
    const items = kinds.map((/** @type {string} */ kind) => element("li", "", ...marked(kind)));
    cell.append(element("ul", "", ...items));
  } else {
    cell.append(element("span", "type", type, ", ", ...typeOf(schema)), element("span", "", description));
  }
  return element("tr", "", head, cell);
}

/** @param {string} method @param {string} path @param {Json} call */
function callCard(method, path, call) {
  const heading = element("h2", "", pill(method), element("span", "path", path));
  if (call.security) heading.append(element("span", "badge", "key"));
  const bodies = Object.entries(call.requestBody?.content ?? {}).map(([type, { schema }]) =>
    row(type, true, schema.properties?.image ?? schema, schema.properties ? "in parts named `image`" : ""),
  );
  const parameters = (call.parameters ?? []).map((/** @type {Json} */ one) =>
    row(one.name, one.required, one.schema, one.description),
  );
  const card = element(
    "section",
    "call",
    heading,
    element("p", "summary", call.summary),
    element("p", "description", ...marked(call.description)),
    element("pre", "", element("code", "", curl(method, path, call))),
    ...part("Parameters", parameters),
    ...part("Body, one of", bodies),
    ...part("Answers", Object.entries(call.responses).map(answerRow)),
  );
  card.id = idOf(method, path);
  return card;
}

/** @param {Json} api */
function show(api) {
  const calls = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, call: item[method] })),
  );
  const schemas = Object.entries(api.components.schemas);
  const key = api.components.securitySchemes.key;
  byId("first").textContent = `curl --data-binary @photo.jpg '${location.origin}/v1/check?explain=1'`;
  byId("key").append(
    "Calls marked ",
    element("span", "badge", "key"),
    " take one, as ",
    element("code", "", "Authorization: Bearer rk_…"),
    ". ",
    ...marked(key.description),
  );
  byId("version").textContent = `${api.info.title} ${api.info.version}`;
  byId("contents").append(
    element("h2", "", "Calls"),
    ...calls.map(({ path, method }) =>
      link(idOf(method, path), pill(method), element("span", "", path)),
    ),
    element("h2", "", "Types"),
    ...schemas.map(([name]) => link(`type-${name}`, name)),
  );
  byId("calls").append(...calls.map(({ path, method, call }) => callCard(method, path, call)));
  byId("schemas").append(...schemas.map(([name, schema]) => schemaCard(name, schema)));
  byId("types-section").hidden = false;
  // The browser looked for the place that the address names before it was there.
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

try {
  const response = await fetch("/openapi.json");
  if (!response.ok) throw new Error(`error ${response.status}`);
  show(await response.json());
} catch (error) {
  byId("notice").textContent = "The description of the API cannot be loaded. Load this page again.";
  console.error(error);
}
