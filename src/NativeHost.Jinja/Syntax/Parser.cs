namespace NativeHost.Jinja.Syntax;

/// <summary>Reads a template's statements.</summary>
internal sealed class Parser
{
    private readonly TokenCursor _tokens;
    private readonly ExpressionParser _expressions;
    private readonly MacroParser _macros;

    // Loops of the macro that is being read: break and continue need one.
    private int _loops;

    private Parser(TokenCursor tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _macros = new MacroParser(tokens, _expressions, ReadMacroBody);
    }

    /// <param name="source">With line feeds only, see <see cref="Lexer.Normalize"/>.</param>
    /// <exception cref="JinjaException">It is not written in the language.</exception>
    public static Statement[] Parse(string source)
    {
        if (source.Length > RenderLimits.MaxSourceCharacters)
        {
            throw JinjaException.At(source, 0, JinjaErrorKind.Syntax,
                $"The template has {source.Length} characters, more than {RenderLimits.MaxSourceCharacters}; use a shorter one.");
        }

        var parser = new Parser(new TokenCursor(source, Lexer.Read(source)));
        return parser.ReadBody();
    }

    /// <summary>Statements up to a tag that begins with one of these names, which stays; without names up to the end of the template.</summary>
    private Statement[] ReadBody(params string[] ends)
    {
        _tokens.Enter();
        var opening = _tokens.Current.Offset;
        var body = new List<Statement>();
        while (true)
        {
            var token = _tokens.Current;
            switch (token.Kind)
            {
                case TokenKind.End when ends.Length == 0:
                    _tokens.Leave();
                    return [.. body];
                case TokenKind.End:
                    _tokens.Fail(opening, $"The block that begins before here has no end; close it with {{% {ends[^1]} %}}.");
                    break;
                case TokenKind.Text:
                    body.Add(new TextOutput(token.Offset, JinjaString.Trusted(_tokens.Take().Text)));
                    break;
                case TokenKind.OpenPrint:
                    _tokens.Take();
                    body.Add(new Print(token.Offset, _expressions.ReadTuple()));
                    _tokens.Expect(TokenKind.ClosePrint);
                    break;
                case TokenKind.OpenTag when ends.Contains(_tokens.Ahead.Text):
                    _tokens.Leave();
                    return [.. body];
                default:
                    _tokens.Take();
                    body.Add(ReadStatement());
                    break;
            }
        }
    }

    private Statement ReadStatement()
    {
        var offset = _tokens.Current.Offset;
        var name = _tokens.ExpectName("The name of a tag");
        switch (name)
        {
            case "if":
                return ReadIf(offset);
            case "for":
                return ReadFor(offset);
            case "set":
                return ReadSet(offset);
            case "macro":
                return _macros.ReadMacro(offset);
            case "call":
                return _macros.ReadCall(offset);
            case "filter":
                return ReadFilter(offset);
            case "with":
                return ReadWith(offset);
            case "generation":
                _tokens.Expect(TokenKind.CloseTag);
                return new Generation(offset, ReadBlock("endgeneration"));
            case "do":
                return Closed(new Do(offset, _expressions.ReadTuple()));
            case "break" or "continue":
                if (_loops == 0)
                {
                    _tokens.Fail(offset, $"{name} stands outside of a loop; put it into one.");
                }

                return Closed<Statement>(name == "break" ? new Break(offset) : new Continue(offset));
            default:
                _tokens.Fail(offset, $"The tag {name} does not exist in chat templates, or has nothing to close here.");
                return null;
        }
    }

    private If ReadIf(int offset)
    {
        var branches = new List<IfBranch>();
        do
        {
            var condition = _expressions.ReadTuple();
            _tokens.Expect(TokenKind.CloseTag);
            branches.Add(new IfBranch(condition, ReadBody("elif", "else", "endif")));
            _tokens.Take();
        }
        while (_tokens.TryName("elif"));
        Statement[] otherwise = [];
        if (_tokens.TryName("else"))
        {
            _tokens.Expect(TokenKind.CloseTag);
            otherwise = ReadBody("endif");
            _tokens.Take();
        }

        ReadEnd("endif");
        return new If(offset, [.. branches], otherwise);
    }

    private For ReadFor(int offset)
    {
        var targets = ReadNames();
        if (!_tokens.TryName("in"))
        {
            _tokens.Fail("The word in is needed here, as in {% for message in messages %}.");
        }

        var iterable = _expressions.ReadWithoutCondition();
        var condition = _tokens.TryName("if") ? _expressions.Read() : null;
        var isRecursive = _tokens.TryName("recursive");
        _tokens.Expect(TokenKind.CloseTag);
        _loops++;
        var body = ReadBody("else", "endfor");
        _loops--;
        _tokens.Take();
        Statement[] otherwise = [];
        if (_tokens.TryName("else"))
        {
            _tokens.Expect(TokenKind.CloseTag);
            otherwise = ReadBody("endfor");
            _tokens.Take();
        }

        ReadEnd("endfor");
        return new For(offset, targets, iterable, condition, isRecursive, body, otherwise);
    }

    /// <summary>Names with commas between, in brackets or not.</summary>
    private string[] ReadNames()
    {
        var inBrackets = _tokens.TrySign("(");
        var names = new List<string>();
        do
        {
            names.Add(_tokens.ExpectName("The name of a variable"));
        }
        while (_tokens.TrySign(",") && _tokens.Current.Kind == TokenKind.Name && !_tokens.IsName("in"));
        if (inBrackets)
        {
            _tokens.ExpectSign(")");
        }

        return [.. names];
    }

    private Statement ReadSet(int offset)
    {
        var inBrackets = _tokens.TrySign("(");
        var targets = new List<SetTarget>();
        do
        {
            var name = _tokens.ExpectName("The name of a variable");
            targets.Add(new SetTarget(name, _tokens.TrySign(".") ? JinjaString.Trusted(_tokens.ExpectName("The name of an attribute")) : null));
        }
        while (_tokens.TrySign(",") && _tokens.Current.Kind == TokenKind.Name);
        if (inBrackets)
        {
            _tokens.ExpectSign(")");
        }

        if (_tokens.TrySign("="))
        {
            return Closed(new Set(offset, [.. targets], _expressions.ReadTuple()));
        }

        if (targets.Count > 1)
        {
            _tokens.Fail("= is needed here; a block can be set to one name only.");
        }

        var value = _tokens.IsSign("|") ? _expressions.ReadFiltersAndTests(new Name(offset, FilterBlock.BodyName)) : null;
        _tokens.Expect(TokenKind.CloseTag);
        return new SetBlock(offset, targets[0], ReadBlock("endset"), value);
    }

    /// <summary>The body of a macro, whose breaks belong to no loop around it.</summary>
    private Statement[] ReadMacroBody(string end)
    {
        var loops = _loops;
        _loops = 0;
        var body = ReadBlock(end);
        _loops = loops;
        return body;
    }

    private FilterBlock ReadFilter(int offset)
    {
        var value = _expressions.ReadFiltersAndTests(_expressions.ReadFilter(new Name(offset, FilterBlock.BodyName)));
        _tokens.Expect(TokenKind.CloseTag);
        return new FilterBlock(offset, value, ReadBlock("endfilter"));
    }

    private With ReadWith(int offset)
    {
        var names = new List<KeyValuePair<string, Expression>>();
        while (_tokens.Current.Kind == TokenKind.Name)
        {
            var name = _tokens.Take().Text;
            _tokens.ExpectSign("=");
            names.Add(new(name, _expressions.Read()));
            if (!_tokens.TrySign(","))
            {
                break;
            }
        }

        _tokens.Expect(TokenKind.CloseTag);
        return new With(offset, [.. names], ReadBlock("endwith"));
    }

    /// <summary>Statements up to the tag that ends them, and that tag.</summary>
    private Statement[] ReadBlock(string end)
    {
        var body = ReadBody(end);
        _tokens.Take();
        ReadEnd(end);
        return body;
    }

    private void ReadEnd(string end)
    {
        if (!_tokens.TryName(end))
        {
            _tokens.Fail($"{{% {end} %}} is needed here.");
        }

        if (end is "endmacro" && _tokens.Current.Kind == TokenKind.Name)
        {
            _tokens.Take();
        }

        _tokens.Expect(TokenKind.CloseTag);
    }

    private T Closed<T>(T statement)
        where T : Statement
    {
        _tokens.Expect(TokenKind.CloseTag);
        return statement;
    }
}
