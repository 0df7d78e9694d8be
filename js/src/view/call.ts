import { duration, prettyJson } from "../figures";
import type { Block } from "../message";
import type { Context } from "./context";
import { h, setText } from "./element";
import { icon } from "./icon";
import { painter } from "./painter";
import { Raw } from "./raw";
import type { Scope } from "./scope";

const PHASES = { started: "running", progress: "running", finished: "done", failed: "failed" };

/** A tool call: its name, its arguments as they come and then indented, and its fate. */
export function callPart(block: Block, context: Context, scope: Scope): HTMLElement {
  const { store, raw } = context;
  const name = h("span", { class: "call-name" });
  const fate = h("span", { class: "quiet" });
  const holder = h("div", { class: "call-args" });
  const code = h("code");
  const args = h("pre", { tabindex: 0, role: "group", "aria-label": "Arguments" }, code);
  let tokens: Raw | null = null;

  const draw = () => {
    setText(name, block.name ?? "tool");
    const text = block.text.toString();
    if (tokens) tokens.update();
    else setText(code, prettyJson(text) ?? text);
    const tool = store.tools.get(block.callId);
    const took =
      tool?.finished != null && tool.started != null ? tool.finished - tool.started : null;
    const words = tool ? [PHASES[tool.phase], took === null ? null : duration(took)] : [];
    setText(fate, words.filter(Boolean).join(" · "));
  };
  scope.renew(
    () => raw.value,
    (asTokens) => {
      tokens = asTokens ? new Raw(block) : null;
      holder.replaceChildren(tokens?.element ?? args);
      draw();
    },
  );
  scope.follow(() => {
    block.length.value;
    store.changed.value;
    painter.request(draw);
  });
  scope.onClose(() => painter.cancel(draw));
  return h(
    "div",
    { class: "call" },
    h("div", { class: "call-head" }, icon("tool"), name, fate),
    holder,
  );
}
