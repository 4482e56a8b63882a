/** What of a node of the syntax tree is looked at. */
type Node = {
  type: string;
  name?: string;
  id?: Node | null;
  expression?: Node;
  callee?: Node;
  object?: Node;
  property?: Node;
};
type Path = { node: Node; parentPath?: Path | null };

/**
 * Does not mutate what only people read: log lines, functions that only log (`logStep`), and the texts of errors. The
 * code of an error is mutated, because it is stored and decides what happens.
 */
export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: { shouldIgnore } }];

function shouldIgnore({ node, parentPath }: Path): string | undefined {
  if (isLogging(node) || isLogging(node.expression) || isLogger(node)) return 'a line of the log';
  return isText(node) && isError(parentPath) ? 'the text of an error' : undefined;
}

function isLogging(node: Node | undefined): boolean {
  const { callee } = node ?? {};
  return (
    callee?.object?.name === 'log' || callee?.object?.property?.name === 'log' || /^log[A-Z]/.test(callee?.name ?? '')
  );
}

function isLogger({ type, id }: Node): boolean {
  return type === 'FunctionDeclaration' && /^log[A-Z]/.test(id?.name ?? '');
}

function isText({ type }: Node): boolean {
  return type === 'StringLiteral' || type === 'TemplateLiteral';
}

function isError(path: Path | null | undefined): boolean {
  const callee = path?.node.callee;
  const isThrown = path?.node.type === 'NewExpression' && path.parentPath?.node.type === 'ThrowStatement';
  return callee?.type === 'Super' || (isThrown && callee?.name !== 'StepFailed');
}
