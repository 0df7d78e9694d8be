import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { LAYERS } from "../../layers";

const SRC = new URL("../../src/", import.meta.url);
const ROOMS = new Map(
  LAYERS.flatMap((rooms, layer) => rooms.map((room) => [room.path, { ...room, layer }])),
);

/** The modules of `src`, by path, with their text. */
const MODULES = new Map(
  readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path, readFileSync(new URL(path, SRC), "utf8")]),
);

/** What a module imports, types included: paths in `src`, and names of packages. */
function imports(path: string, text: string): string[] {
  return ts.preProcessFile(text).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    const target = posix.join(posix.dirname(path), fileName);
    return target.includes(".css") ? [] : `${target}.ts`;
  });
}

/** The room that a module is in: the nearest folder that the list has. */
function roomOf(path: string): string {
  const folder = posix.dirname(path);
  return ROOMS.has(folder) || folder === "." ? folder : roomOf(folder);
}

/** What is wrong with an import; empty if nothing is. */
function refusal(path: string, target: string): string {
  const [from, to] = [roomOf(path), target.endsWith(".ts") ? roomOf(target) : null];
  const room = ROOMS.get(from);
  if (!room) return `${path} is in no room of layers.ts`;
  if (to === null) {
    const known = room.packages?.some((name) => target === name || target.startsWith(`${name}/`));
    return known ? "" : `${path} imports ${target}, a package that ${from} may not import`;
  }
  if (from === to) return "";
  const goal = ROOMS.get(to);
  if (!goal || goal.layer <= room.layer) return `${path} imports ${target}, which is not below it`;
  const allowed = goal.importedBy.some((name) => from === name || from.startsWith(`${name}/`));
  return allowed ? "" : `${path} imports ${target}, which ${from} may not import`;
}

/** Modules that import each other in a circle. */
function cycles(modules: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" > "));
    const text = modules.get(path);
    if (text === undefined || done.has(path)) return;
    done.add(path);
    for (const target of imports(path, text)) visit(target, [...way, path]);
  };
  for (const path of modules.keys()) visit(path, []);
  return found;
}

function problems(modules: ReadonlyMap<string, string>): string[] {
  const refused = [...modules].flatMap(([path, text]) =>
    imports(path, text).map((target) => refusal(path, target)),
  );
  return [...refused.filter(Boolean), ...cycles(modules)];
}

/** What the check says about the sources with more text in one of them. */
function planted(path: string, text: string): string[] {
  return problems(new Map([...MODULES, [path, `${text}\n${MODULES.get(path) ?? ""}`]]));
}

describe("the rooms of src", () => {
  test("import each other one way, down, and never in a circle", () => {
    expect(problems(MODULES)).toEqual([]);
  });

  test("each hold modules, and each say what they are for", () => {
    expect(new Set([...MODULES.keys()].map(roomOf))).toEqual(new Set(ROOMS.keys()));
  });
});

describe("refused is", () => {
  test.each([
    ["an import upwards", 'import { mount } from "../view/runView";'],
    ["an import of a type upwards", 'import type { Context } from "../view/state/context";'],
    ["a lazy import upwards", 'const view = () => import("../view/runView");'],
    ["a type taken from above", 'type View = typeof import("../view/runView");'],
    ["passing on what is above", 'export * from "../view/runView";'],
  ])("%s", (_, text) => {
    expect(planted("model/tasks.ts", text).join()).toMatch("tasks.ts imports view/");
  });

  test("an import of a neighbour in the same layer", () => {
    const said = planted("view/find/query.ts", 'import "../graph/layout";');
    expect(said).toEqual([expect.stringContaining("view/graph/layout.ts, which is not below")]);
  });

  test("an import of a room below that is not for everybody", () => {
    const said = planted("deno/run.ts", 'import { count } from "../format/format";');
    expect(said).toEqual([expect.stringContaining("which deno may not import")]);
  });

  test("an import of a package that others have", () => {
    const said = planted("view/cards/errorBox.ts", 'import { Lexer } from "marked";');
    expect(said).toEqual([expect.stringContaining("marked, a package that view/cards may not")]);
  });

  test("a circle, even of types in one room", () => {
    const said = planted("model/message.ts", 'import type { Store } from "./runState";');
    expect(said.join()).toContain("model/message.ts > model/runState.ts");
  });

  test("a module outside of all rooms", () => {
    expect(planted("stray.ts", 'import "./model/tasks";').join()).toContain("in no room");
  });
});
