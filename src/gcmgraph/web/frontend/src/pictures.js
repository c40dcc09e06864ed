// Pictures of a result in SVG: bars or a line of two columns, a map, a network of two columns of resources.

import shapes from "../../visualisation/world.json";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = /#(?:integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;
const POINT = /^point\s*\(\s*([-+.\de]+)\s+([-+.\de]+)\s*\)$/i;
const COUNTRY = /\/id\/country\/([A-Z]{3})$/;
const SHADES = ["#c6dcec", "#7fb0d3", "#3d81b3", "#0a5487"];
const INK = "#1b2733";
const BLUE = "#0a5487";

//: Rows of a picture at most; more are not readable.
const MOST = { bars: 60, line: 500, network: 150 };

/** The columns with names and with numbers, and those `chosen` first: names that are texts, the last number. */
export function columnsOf({ head, results: { bindings } }) {
  const values = (name) => bindings.filter((row) => row[name]).map((row) => row[name]);
  const used = head.vars.filter((name) => values(name).length);
  const numbers = used.filter((name) => values(name).every(({ datatype }) => NUMBERS.test(datatype ?? "")));
  const names = used.filter((name) => !numbers.includes(name));
  const [latitude, longitude] = [/^lat/i, /^(lon|lng)/i].map((pattern) => numbers.find((name) => pattern.test(name)));
  const several = (name) => new Set(values(name).map(({ value }) => value)).size > 1;
  const chosen = {
    names: names.find((name) => several(name) && values(name).every(({ type }) => type === "literal")) ?? names[0],
    numbers: numbers.filter((name) => name !== latitude && name !== longitude).at(-1) ?? numbers.at(-1),
  };
  return { names, numbers, latitude, longitude, chosen };
}

/** The pictures that a result allows, by name: functions that return an `<svg>`. `text` writes a value as tables do. */
export function pictures({ head, results: { bindings } }, text, { latitude, longitude, chosen }) {
  const { names: named, numbers: numeric } = chosen;
  const bound = (name) => bindings.filter((row) => row[name]);
  const number = (row, name) => (row[name] ? Number(row[name].value) : NaN);
  const things = head.vars.filter((name) => bound(name).length && bound(name).every((row) => row[name].type !== "literal"));
  const found = {};
  if (numeric && named) {
    const points = bindings
      .filter((row) => row[named] && Number.isFinite(number(row, numeric)))
      .map((row) => ({ name: text(row[named]), value: number(row, numeric) }));
    if (points.length) {
      found.bars = () => bars(points.slice(0, MOST.bars), named, numeric);
      if (points.length > 1) found.line = () => line(points.slice(0, MOST.line), named, numeric);
    }
  }
  const weight = numeric && numeric !== latitude && numeric !== longitude ? numeric : null;
  const spots = bindings.flatMap((row) => {
    const wkt = head.vars.map((name) => POINT.exec(row[name]?.value ?? "")).find(Boolean);
    const [east, north] = wkt ? [Number(wkt[1]), Number(wkt[2])] : [number(row, longitude), number(row, latitude)];
    const name = named && row[named] ? text(row[named]) : `${north}, ${east}`;
    return Math.abs(east) <= 180 && Math.abs(north) <= 90 ? [{ east, north, name, value: weight ? number(row, weight) : 1 }] : [];
  });
  const places = head.vars.find((name) => bindings.some((row) => COUNTRY.test(row[name]?.value ?? "")));
  if (places || spots.length) {
    const countries = new Map();
    for (const row of spots.length ? [] : bindings) {
      const code = COUNTRY.exec(row[places]?.value ?? "")?.[1];
      if (code) countries.set(code, (countries.get(code) ?? 0) + (weight ? number(row, weight) || 0 : 1));
    }
    found.map = () => map(countries, spots, weight ?? places ?? named);
  }
  if (things.length > 1) {
    const [from, to] = things;
    const pairs = bindings.filter((row) => row[from] && row[to]).slice(0, MOST.network);
    if (pairs.length) found.network = () => network(pairs.map((row) => [text(row[from]), text(row[to])]), from, to);
  }
  return found;
}

function node(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function picture(width, height, label, ...children) {
  return node(
    "svg",
    { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, "font-family": "sans-serif", "font-size": 13, fill: INK, direction: "ltr" },
    node("title", {}, label),
    node("rect", { width, height, fill: "#fff" }),
    ...children,
  );
}

const short = (text, most = 40) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function bars(points, named, numeric) {
  const [row, left, width] = [22, 260, 760];
  const most = Math.max(0, ...points.map(({ value }) => value));
  const least = Math.min(0, ...points.map(({ value }) => value));
  const scale = (value) => left + ((value - least) / (most - least || 1)) * (width - left - 80);
  const drawn = points.flatMap(({ name, value }, index) => {
    const [y, from, to] = [36 + index * row, scale(Math.min(0, value)), scale(Math.max(0, value))];
    return [
      node("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, short(name, 34)),
      node("rect", { x: from, y: y + 2, width: Math.max(1, to - from), height: row - 6, fill: BLUE }, node("title", {}, `${name}: ${value}`)),
      node("text", { x: to + 5, y: y + 14 }, String(value)),
    ];
  });
  return picture(width, 48 + points.length * row, `${named} × ${numeric}`, node("text", { x: left, y: 22, "font-weight": "bold" }, numeric), ...drawn);
}

function line(points, named, numeric) {
  const [width, height, left, bottom] = [760, 380, 70, 320];
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = (index) => left + (index / (points.length - 1)) * (width - left - 30);
  const y = (value) => bottom - ((value - least) / (most - least || 1)) * (bottom - 40);
  const step = Math.ceil(points.length / 7);
  const labels = points.flatMap(({ name }, index) =>
    index % step ? [] : [node("text", { x: x(index), y: bottom + 20, "text-anchor": "middle" }, short(name, 12))],
  );
  const grid = [least, (least + most) / 2, most].flatMap((value) => [
    node("path", { d: `M${left} ${y(value)}H${width - 30}`, stroke: "#c9d3db" }),
    node("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, String(Number(value.toPrecision(6)))),
  ]);
  const course = points.map(({ value }, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const dots = points.map(({ name, value }, index) =>
    node("circle", { cx: x(index), cy: y(value), r: 3.5, fill: BLUE }, node("title", {}, `${name}: ${value}`)),
  );
  const title = node("text", { x: left, y: 22, "font-weight": "bold" }, `${numeric} · ${named}`);
  return picture(width, height, `${named} × ${numeric}`, title, ...grid, ...labels, node("path", { d: course, fill: "none", stroke: BLUE, "stroke-width": 2 }), ...dots);
}

/** Where a point is in the drawing of the world: the Equal Earth projection of web/visualisation/world.py. */
function projected(east, north) {
  const earth = (longitude, latitude) => {
    const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
    const [square, sixth] = [theta ** 2, theta ** 6];
    const x = (longitude * Math.PI * Math.cos(theta)) / 180 / ((Math.sqrt(3) / 2) * (1.340264 - 3 * 0.081106 * square + sixth * (7 * 0.000893 + 9 * 0.003796 * square)));
    return [x, theta * (1.340264 - 0.081106 * square + sixth * (0.000893 + 0.003796 * square))];
  };
  const scale = (shapes.width - 80) / (2 * earth(180, 0)[0]);
  const [x, y] = earth(east, north);
  return [x * scale + shapes.width / 2, (earth(0, 84)[1] - y) * scale + 20];
}

/** Countries by the sum of their values, else by their number of rows; a small one has a circle. Points by their value. */
function map(countries, spots, what) {
  const values = [...countries.values()];
  const most = Math.max(...values);
  const least = Math.min(...values);
  const shade = (value) => SHADES[Math.min(3, Math.floor((4 * (value - least)) / (most - least || 1)))];
  const { width, height } = shapes;
  const drawn = Object.entries(shapes.countries).map(([code, { path, centre, bounds: [left, top, right, bottom] }]) => {
    const value = countries.get(code);
    const fill = value === undefined ? "#e7edf1" : shade(value);
    const title = node("title", {}, value === undefined ? code : `${code}: ${value}`);
    const small = value !== undefined && Math.max(right - left, bottom - top) < 30;
    return small
      ? node("circle", { cx: centre[0], cy: centre[1], r: 16, fill, stroke: INK, "stroke-width": 2 }, title)
      : node("path", { d: path, fill, stroke: "#fff", "stroke-width": 2 }, title);
  });
  const largest = Math.max(...spots.map(({ value }) => value));
  const points = spots.map(({ east, north, name, value }) => {
    const [cx, cy] = projected(east, north).map((one) => one.toFixed(1));
    const r = 14 + 26 * Math.sqrt(Math.max(0, value) / largest || 0);
    return node("circle", { cx, cy, r: r.toFixed(1), fill: "#8a4b00", "fill-opacity": 0.75, stroke: "#fff", "stroke-width": 3 }, node("title", {}, `${name}: ${value}`));
  });
  const legend = (values.length ? SHADES : []).flatMap((fill, index) => {
    const from = least + (index * (most - least)) / 4;
    if (most === least && index) return [];
    const x = 40 + index * 600;
    return [
      node("rect", { x, y: height + 20, width: 90, height: 70, fill }),
      node("text", { x: x + 115, y: height + 80, "font-size": 72 }, `≥ ${Number(from.toPrecision(4))}`),
    ];
  });
  return picture(width, height + (values.length ? 120 : 20), what, ...drawn, ...points, ...legend);
}

/** Parts of a network that no line joins are drawn together; the picture is as high as they need. */
function network(pairs, from, to) {
  const nodes = new Map();
  pairs.forEach((pair) => pair.forEach((name, side) => nodes.has(name) || nodes.set(name, { id: name, side })));
  const links = pairs.map(([source, target]) => ({ source, target }));
  forceSimulation([...nodes.values()])
    .force("link", forceLink(links).id(({ id }) => id).distance(60))
    .force("charge", forceManyBody().strength(-160).distanceMax(300))
    .force("collide", forceCollide(26))
    .force("x", forceX().strength(0.06))
    .force("y", forceY().strength(0.09))
    .stop()
    .tick(250);
  const [xs, ys] = [[...nodes.values()].map(({ x }) => x), [...nodes.values()].map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - 210, Math.min(...ys) - 30];
  const [width, height] = [Math.max(...xs) + 210 - left, Math.max(...ys) + 30 - top];
  for (const one of nodes.values()) [one.x, one.y] = [one.x - left, one.y - top];
  return picture(
    Math.round(width),
    Math.round(height),
    `${from} – ${to}`,
    ...links.map(({ source, target }) => node("path", { d: `M${source.x.toFixed(1)} ${source.y.toFixed(1)}L${target.x.toFixed(1)} ${target.y.toFixed(1)}`, stroke: "#9fb0bd" })),
    ...[...nodes.values()].flatMap(({ id, side, x, y }) => [
      node("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 6, fill: side ? "#8a4b00" : BLUE }, node("title", {}, id)),
      node("text", { x: (x + (x > width / 2 ? 9 : -9)).toFixed(1), y: (y + 4).toFixed(1), "font-size": 11, "text-anchor": x > width / 2 ? "start" : "end" }, short(id, 32)),
    ]),
  );
}

/** The text of a picture as a file. */
export function asSvg(svg) {
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

/** A picture as PNG of twice its size: a promise of a file. */
export async function asPng(svg) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const copy = svg.cloneNode(true);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
