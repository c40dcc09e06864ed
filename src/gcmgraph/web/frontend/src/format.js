// A query laid out anew: a line for each pattern, indented by its brackets. Comments, strings and IRIs stay as they are.

const TOKEN =
  /#[^\n]*|<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\n|[{}();.,]|[^\s#<"'{}();,]+?(?=\.?(?:[\s{}();,#]|$))|\S/g;

/** Keywords that begin a line within braces. */
const PARTS = /^(?:FILTER|BIND|OPTIONAL|VALUES|MINUS|SERVICE|GRAPH)$/i;

/** Keywords that begin a line outside brackets. */
const CLAUSES = /^(?:SELECT|ASK|CONSTRUCT|DESCRIBE|FROM|WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|VALUES|PREFIX|BASE)$/i;

export function formatted(query) {
  const lines = [];
  let line = "";
  let depth = 0; // of braces
  let inner = 0; // of parentheses, within which nothing is broken
  let goesOn = false; // after a semicolon: the same subject
  const end = () => {
    if (line.trim()) lines.push("  ".repeat(Math.max(0, depth + (goesOn && !line.startsWith("}") ? 1 : 0))) + line.trim());
    if (line.trim() && !line.startsWith("#")) goesOn = /;(?: #|$)/.test(line.trim());
    line = "";
  };
  const tokens = query.match(TOKEN) ?? [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (token === "\n") return;
    if (token.startsWith("#")) {
      if (before === "\n" || index === 0) end(); // a comment with a line of its own
      line += `${line ? " " : ""}${token}`;
      end();
    } else if (token === "{" && !inner) {
      line += `${line ? " " : ""}{`;
      end();
      depth += 1;
    } else if (token === "}" && !inner) {
      end();
      depth -= 1;
      line = "}";
      if (!/^(?:UNION|MINUS)$/i.test(next(tokens, index))) end();
    } else if ((token === "." || token === ";") && !inner) {
      line += ` ${token}`;
      const comment = tokens[index + 1];
      if (!comment?.startsWith("#")) end();
    } else {
      if (!inner && line && (depth ? PARTS : CLAUSES).test(token)) end();
      const tight = !line || /^(?:@|\^\^)/.test(token) || token === ")" || token === "," || before === "(" || (token === "(" && glued(query, tokens, index));
      line += tight ? token : ` ${token}`;
      inner += (token === "(") - (token === ")");
    }
  });
  end();
  const made = `${lines.join("\n")}\n`;
  const words = (text) => text.match(TOKEN)?.filter((token) => token !== "\n").join(" ");
  return words(made) === words(query) ? made : query; // never another query
}

function next(tokens, index) {
  return tokens.slice(index + 1).find((token) => token !== "\n") ?? "";
}

/** Whether a parenthesis belongs to the call before it: `COUNT(`, `xsd:integer(`. */
function glued(query, tokens, index) {
  const before = tokens[index - 1] ?? "";
  return /^!?[A-Za-z][\w:]*$/.test(before) && !/^(?:SELECT|DISTINCT|REDUCED|IN|BY|BIND|FILTER|VALUES|HAVING|AS|ASC|DESC|UNDEF)$/i.test(before);
}
