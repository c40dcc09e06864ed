// Pictures of a result in SVG: bars or a line of two columns, a network of two columns of resources.

import shapes from "../../../publication/geography/world.json";
import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from "d3-force";

const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = /#(?:integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;
const COUNTRY = /\/id\/country\/([A-Z]{3})$/;
const SHADES = ["#c6dcec", "#7fb0d3", "#3d81b3", "#0a5487"];
const INK = "#1b2733";
const BLUE = "#0a5487";

//: Rows of a picture at most; more are not readable.
const MOST = { bars: 60, line: 500, network: 150 };

/** The pictures that a result allows, by name: functions that return an `<svg>`. `text` writes a value as tables do. */
export function pictures({ head, results: { bindings } }, text) {
  const bound = (name) => bindings.filter((row) => row[name]);
  const numeric = head.vars.find((name) => bound(name).length && bound(name).every((row) => NUMBERS.test(row[name].datatype ?? "")));
  const named = head.vars.find((name) => name !== numeric && bound(name).length);
  const things = head.vars.filter((name) => bound(name).length && bound(name).every((row) => row[name].type !== "literal"));
  const found = {};
  if (numeric && named) {
    const points = bindings
      .filter((row) => row[numeric] && row[named])
      .map((row) => ({ name: text(row[named]), value: Number(row[numeric].value) }))
      .filter(({ value }) => Number.isFinite(value));
    if (points.length) {
      found.bars = () => bars(points.slice(0, MOST.bars), named, numeric);
      if (points.length > 1) found.line = () => line(points.slice(0, MOST.line), named, numeric);
    }
  }
  const places = head.vars.find((name) => bindings.some((row) => COUNTRY.test(row[name]?.value ?? "")));
  if (places) {
    const countries = new Map();
    for (const row of bindings) {
      const code = COUNTRY.exec(row[places]?.value ?? "")?.[1];
      if (code) countries.set(code, (countries.get(code) ?? 0) + (numeric ? Number(row[numeric]?.value ?? 0) : 1));
    }
    found.map = () => map(countries, numeric ?? places);
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
    { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, "font-family": "sans-serif", "font-size": 13, fill: INK },
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
      node("text", { x: left - 8, y: y + 14, "text-anchor": "end" }, short(name)),
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
  const step = Math.ceil(points.length / 10);
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

/** Countries by the sum of their values, else by their number of rows; a small one has a circle. */
function map(countries, what) {
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
  const legend = SHADES.flatMap((fill, index) => {
    const from = least + (index * (most - least)) / 4;
    if (most === least && index) return [];
    const x = 40 + index * 420;
    return [
      node("rect", { x, y: height + 20, width: 60, height: 40, fill }),
      node("text", { x: x + 75, y: height + 52, "font-size": 40 }, `≥ ${Number(from.toPrecision(4))}`),
    ];
  });
  return picture(width, height + 90, what, ...drawn, ...legend);
}

function network(pairs, from, to) {
  const [width, height] = [900, 640];
  const nodes = new Map();
  pairs.forEach((pair) => pair.forEach((name, side) => nodes.has(name) || nodes.set(name, { id: name, side })));
  const links = pairs.map(([source, target]) => ({ source, target }));
  const simulation = forceSimulation([...nodes.values()])
    .force("link", forceLink(links).id(({ id }) => id).distance(70))
    .force("charge", forceManyBody().strength(-120))
    .force("collide", forceCollide(16))
    .force("centre", forceCenter(width / 2, height / 2))
    .stop();
  simulation.tick(200);
  const inside = (value, most) => Math.min(Math.max(value, 20), most - 20);
  for (const one of nodes.values()) [one.x, one.y] = [inside(one.x, width), inside(one.y, height)];
  return picture(
    width,
    height,
    `${from} – ${to}`,
    ...links.map(({ source, target }) => node("path", { d: `M${source.x.toFixed(1)} ${source.y.toFixed(1)}L${target.x.toFixed(1)} ${target.y.toFixed(1)}`, stroke: "#9fb0bd" })),
    ...[...nodes.values()].flatMap(({ id, side, x, y }) => [
      node("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 6, fill: side ? "#8a4b00" : BLUE }, node("title", {}, id)),
      node("text", { x: (x + (x > width / 2 ? -9 : 9)).toFixed(1), y: (y + 4).toFixed(1), "font-size": 11, "text-anchor": x > width / 2 ? "end" : "start" }, short(id, 32)),
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
