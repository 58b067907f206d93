import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { projectRoot } from '../local/stack/places.ts';

export const SCRIPT = join(projectRoot, 'infra', 'DeployBot.ps1');
const GRAMMAR = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

/** Parses PowerShell, without a PowerShell. */
export async function parsePowerShell(text = readFileSync(SCRIPT, 'utf8')): Promise<Node> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(GRAMMAR));
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the parser gave up');
  return tree.rootNode;
}

export function descendants(node: Node): Node[] {
  return node.children.flatMap((child) => (child === null ? [] : [child, ...descendants(child)]));
}

export function ofType(node: Node, type: string): Node[] {
  return descendants(node).filter((one) => one.type === type);
}

/** A function of the script: its name and its node. */
export function functionsOf(root: Node): Map<string, Node> {
  return new Map(
    ofType(root, 'function_statement').map((node) => [ofType(node, 'function_name')[0]?.text ?? '', node]),
  );
}

/** A call that leaves the script, as `aws ecs register-task-definition` or `docker buildx build`. */
export interface OutsideCall {
  call: string;
  /** Functions it is in, outermost first. */
  within: string[];
  node: Node;
}

/** The calls that leave the script, in the order in which they are made, every branch taken. */
export function outsideCalls(root: Node): OutsideCall[] {
  const functions = functionsOf(root);
  const isInFunction = (node: Node): boolean =>
    node.parent !== null && (node.parent.type === 'function_statement' || isInFunction(node.parent));
  const walk = (commands: Node[], within: string[]): OutsideCall[] =>
    commands.flatMap((node) => {
      const name = node.childForFieldName('command_name')?.text ?? '';
      if (name === 'Invoke-Aws') return [{ call: `aws ${wordsOf(node).join(' ')}`, within, node }];
      if (name === 'Invoke-Native') {
        const [program = '', ...words] = wordsOf(node);
        return [{ call: [program, ...words].join(' '), within, node }];
      }
      const body = functions.get(name);
      if (body === undefined || within.includes(name)) return [];
      return walk(ofType(body, 'command'), [...within, name]);
    });
  const main = ofType(root, 'command').filter((node) => !isInFunction(node));
  return walk(main, []);
}

/** The first words of a call: quoted ones, up to the first that is an option or made at run time. */
function wordsOf(command: Node): string[] {
  const words: string[] = [];
  for (const node of ofType(command, 'string_literal')) {
    const text = node.text.replace(/^['"]|['"]$/g, '');
    if (!/^[a-z][a-z-]*$/.test(text)) break;
    words.push(text);
  }
  return words;
}
