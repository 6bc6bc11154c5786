import ts from 'typescript';

/** One exported name as Markdown: its heading, what is said at it, its declaration, its members, its examples. */
export function describeDeclaration(
  name: string,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
  checker: ts.TypeChecker,
): string {
  const parts = [`### ${name}`, saidAt(symbol, checker)];
  if (ts.isInterfaceDeclaration(declaration)) parts.push(...describeInterface(declaration, checker));
  else if (ts.isClassDeclaration(declaration) && !isError(declaration))
    parts.push(publicMembers(declaration, checker));
  else if (name === 'Plugin') parts.push(...declarationsBeside(declaration, checker));
  else parts.push(inTypeScript(textOf(declaration)), ...membersOf(symbol, declaration, checker));
  parts.push(...tagsOf(symbol));
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What a plugin may have beside its handlers: its type is put together from parts that are exported nowhere. */
function declarationsBeside(declaration: ts.Declaration, checker: ts.TypeChecker): string[] {
  const declared = declaration
    .getSourceFile()
    .statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === 'Declarations',
    );
  if (declared === undefined) throw new Error('what a plugin declares is no interface Declarations any more');
  return [
    'It has a handler for each event that it handles, by the name of the event, and may declare:',
    ...describeInterface(declared, checker),
  ];
}

function describeInterface(declaration: ts.InterfaceDeclaration, checker: ts.TypeChecker): string[] {
  const bases = declaration.heritageClauses?.map((clause) => clause.getText()) ?? [];
  const above = bases.map((base) => `It ${base.replace(/^extends/, 'has all of')}.`);
  return [...above, declaration.members.map((member) => describeMember(member, checker)).join('\n')];
}

const isError = ({ heritageClauses }: ts.ClassDeclaration): boolean =>
  heritageClauses?.some((clause) => clause.getText().includes('Error')) === true;

/** What others may use of a class, in its order. */
function publicMembers(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string {
  const members = declaration.members.filter(
    (member) =>
      (ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isPropertyDeclaration(member)) &&
      ts.isIdentifier(member.name),
  );
  return members.map((member) => describeMember(member, checker)).join('\n');
}

/** The declaration of a member without its body, its value and what says who may use it. */
function signatureOf(member: ts.Node): string {
  const text = member.getText();
  if (ts.isGetAccessor(member)) return `${member.name.getText()}: ${member.type?.getText() ?? ''}`;
  if (ts.isMethodDeclaration(member) && member.body !== undefined)
    return text
      .slice(0, member.body.getStart() - member.getStart())
      .trim()
      .replace(/^async /, '');
  if (
    ts.isPropertyDeclaration(member) &&
    member.initializer !== undefined &&
    ts.isArrowFunction(member.initializer)
  ) {
    const { parameters, type } = member.initializer;
    const given = parameters.map((parameter) => parameter.getText()).join(', ');
    return member.type === undefined
      ? `${member.name.getText()}(${given}): ${type?.getText() ?? ''}`
      : `${member.name.getText()}: ${member.type.getText()}`;
  }
  if (ts.isPropertyDeclaration(member) && member.initializer !== undefined)
    return text.slice(0, member.initializer.getStart() - member.getStart()).replace(/\s*=\s*$/, '');
  return text;
}

/** A member as an item of a list. */
function describeMember(member: ts.Node, checker: ts.TypeChecker): string {
  const symbol = 'symbol' in member ? (member.symbol as ts.Symbol | undefined) : undefined;
  const said =
    symbol === undefined ? '' : [saidAt(symbol, checker), ...tagsOf(symbol)].filter(Boolean).join('\n\n');
  const signature = oneLine(withoutNoise(signatureOf(member)));
  return `- \`${signature.replace(/;$/, '')}\`${said === '' ? '' : `\n\n${said.replace(/^(?=.)/gm, '  ')}\n`}`;
}

/** The functions of a constant object, such as `option`, with their own words. */
function membersOf(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): string[] {
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return [];
  if (!ts.isObjectLiteralExpression(declaration.initializer)) return [];
  const items = declaration.initializer.properties.flatMap((property) => {
    if (!ts.isShorthandPropertyAssignment(property)) return [];
    const value = checker.getShorthandAssignmentValueSymbol(property);
    const [made] = value?.declarations ?? [];
    if (value === undefined || made === undefined) return [];
    return [
      `- \`${oneLine(textOf(made)).replace(/^function /, `${symbol.name}.`)}\`\n\n  ${saidAt(value, checker)}\n`,
    ];
  });
  return items.length === 0 ? [] : [items.join('\n')];
}

/** The declaration without bodies and values. */
function textOf(declaration: ts.Declaration): string {
  if (ts.isFunctionDeclaration(declaration)) {
    const { body } = declaration;
    const whole = declaration.getText();
    const head = body === undefined ? whole : whole.slice(0, body.getStart() - declaration.getStart());
    return withoutNoise(head.trim());
  }
  if (ts.isVariableDeclaration(declaration)) {
    const { initializer, type } = declaration;
    if (type !== undefined) return `const ${declaration.name.getText()}: ${withoutNoise(type.getText())}`;
    if (initializer !== undefined && ts.isArrowFunction(initializer))
      return withoutNoise(
        `const ${declaration.name.getText()} = ${initializer.getText().slice(0, initializer.body.getStart() - initializer.getStart())}...`,
      );
    return '';
  }
  if (ts.isClassDeclaration(declaration)) {
    const made = declaration.members.find(ts.isConstructorDeclaration);
    const parameters =
      made?.parameters.map((parameter) => parameter.getText()).join(', ') ?? 'message?: string';
    return `new ${declaration.name?.text ?? ''}(${parameters})`;
  }
  return withoutNoise(declaration.getText());
}

/** What helps the compiler, and no reader. */
const withoutNoise = (text: string): string =>
  text
    .replace(/^export /, '')
    .replaceAll(/\bthis: void(?:,\s*)?/g, '')
    .replaceAll(/\breadonly (?=\w+\??(?::|$))/g, '');

const oneLine = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/,? \)/g, ')')
    .replaceAll('( ', '(');

const inTypeScript = (text: string): string => (text === '' ? '' : `\`\`\`ts\n${text}\n\`\`\``);

const saidAt = (symbol: ts.Symbol, checker: ts.TypeChecker): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/(?<!\n)\n(?!\n)/g, ' ');

/** What it throws and returns, and its examples. */
function tagsOf(symbol: ts.Symbol): string[] {
  return symbol.getJsDocTags().flatMap(({ name, text }) => {
    const said = ts.displayPartsToString(text).trim();
    switch (name) {
      case 'throws':
        return [`Throws ${said.replaceAll('\n', ' ')}`];
      case 'returns':
        return [`Returns ${said.replaceAll('\n', ' ')}`];
      case 'param':
        return [`\`${said.replaceAll('\n', ' ').replace(/ /, '`: ')}`];
      case 'example':
        return [inTypeScript(said)];
      default:
        return [];
    }
  });
}
