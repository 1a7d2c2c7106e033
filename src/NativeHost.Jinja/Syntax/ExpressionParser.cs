namespace NativeHost.Jinja.Syntax;

/// <summary>Reads expressions: each method reads one level of precedence, the loosest first.</summary>
/// <remarks>
/// <c>a if b else c</c> · <c>or</c> · <c>and</c> · <c>not</c> · comparisons · <c>+ - ~</c> · <c>* / // %</c> · <c>**</c> · sign ·
/// filters and tests · <c>.name [index] (call)</c>. Jinja2 binds ~ tighter than +, which nobody can tell where both join texts.
/// </remarks>
internal sealed class ExpressionParser
{
    private static readonly HashSet<string> TestsWithArgument =
        ["divisibleby", "eq", "equalto", "ne", "lt", "lessthan", "le", "gt", "greaterthan", "ge", "sameas", "in"];

    private readonly TokenCursor _tokens;
    private readonly PrimaryParser _primaries;

    public ExpressionParser(TokenCursor tokens)
    {
        _tokens = tokens;
        _primaries = new PrimaryParser(tokens, this);
    }

    /// <summary>Which of varargs, kwargs and caller the expressions name: macros that are being read look at it.</summary>
    public HashSet<string> SpecialNames { get; set; } = [];

    /// <summary>An expression, or several with commas between, which are a list.</summary>
    public Expression ReadTuple()
    {
        var first = Read();
        if (!_tokens.IsSign(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (_tokens.TrySign(",") && StartsExpression())
        {
            items.Add(Read());
        }

        return new ListDisplay(first.Offset, [.. items]);
    }

    public Expression Read()
    {
        _tokens.Enter();
        var value = ReadOr();
        while (_tokens.IsName("if"))
        {
            var offset = _tokens.Take().Offset;
            var condition = ReadOr();
            var otherwise = _tokens.TryName("else") ? Read() : null;
            value = new Conditional(offset, condition, value, otherwise);
        }

        _tokens.Leave();
        return value;
    }

    /// <summary>An expression that no condition follows, as in <c>for x in xs if …</c>.</summary>
    public Expression ReadWithoutCondition()
    {
        var first = ReadOr();
        if (!_tokens.IsSign(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (_tokens.TrySign(","))
        {
            items.Add(ReadOr());
        }

        return new ListDisplay(first.Offset, [.. items]);
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        while (_tokens.IsName("or"))
        {
            var offset = _tokens.Take().Offset;
            left = new Or(offset, left, ReadAnd());
        }

        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        while (_tokens.IsName("and"))
        {
            var offset = _tokens.Take().Offset;
            left = new And(offset, left, ReadNot());
        }

        return left;
    }

    private Expression ReadNot()
    {
        if (!_tokens.IsName("not"))
        {
            return ReadComparison();
        }

        _tokens.Enter();
        var offset = _tokens.Take().Offset;
        var operand = ReadNot();
        _tokens.Leave();
        return new Not(offset, operand);
    }

    private Expression ReadComparison()
    {
        var first = ReadSum();
        List<ComparisonStep>? steps = null;
        while (TryTakeComparison() is { } comparison)
        {
            (steps ??= []).Add(new ComparisonStep(comparison, ReadSum()));
        }

        return steps is null ? first : new Comparison(first.Offset, first, [.. steps]);
    }

    private ComparisonOperator? TryTakeComparison()
    {
        if (_tokens.IsName("not") && _tokens.Ahead.Is(TokenKind.Name, "in"))
        {
            _tokens.Take();
            _tokens.Take();
            return ComparisonOperator.NotIn;
        }

        ComparisonOperator? found = _tokens.Current switch
        {
            { Kind: TokenKind.Name, Text: "in" } => ComparisonOperator.In,
            { Kind: TokenKind.Sign, Text: "==" } => ComparisonOperator.Equal,
            { Kind: TokenKind.Sign, Text: "!=" } => ComparisonOperator.NotEqual,
            { Kind: TokenKind.Sign, Text: "<" } => ComparisonOperator.Less,
            { Kind: TokenKind.Sign, Text: "<=" } => ComparisonOperator.LessOrEqual,
            { Kind: TokenKind.Sign, Text: ">" } => ComparisonOperator.Greater,
            { Kind: TokenKind.Sign, Text: ">=" } => ComparisonOperator.GreaterOrEqual,
            _ => null,
        };
        if (found is not null)
        {
            _tokens.Take();
        }

        return found;
    }

    private Expression ReadSum() => ReadArithmetic(ReadProduct, sign => sign switch
    {
        "+" => ArithmeticOperator.Add,
        "-" => ArithmeticOperator.Subtract,
        "~" => ArithmeticOperator.Concatenate,
        _ => null,
    });

    private Expression ReadProduct() => ReadArithmetic(ReadPower, sign => sign switch
    {
        "*" => ArithmeticOperator.Multiply,
        "/" => ArithmeticOperator.Divide,
        "//" => ArithmeticOperator.DivideWhole,
        "%" => ArithmeticOperator.Remainder,
        _ => null,
    });

    private Expression ReadPower() => ReadArithmetic(() => ReadSigned(withFilters: true), sign => sign == "**" ? ArithmeticOperator.Power : null);

    /// <summary>Operands of one level, from left to right.</summary>
    private Expression ReadArithmetic(Func<Expression> readOperand, Func<string, ArithmeticOperator?> operatorOf)
    {
        var left = readOperand();
        while (_tokens.Current.Kind == TokenKind.Sign && operatorOf(_tokens.Current.Text) is { } arithmetic)
        {
            var offset = _tokens.Take().Offset;
            left = new Arithmetic(offset, arithmetic, left, readOperand());
        }

        return left;
    }

    /// <summary>Filters apply to what the sign has made: <c>-1|abs</c> is 1.</summary>
    private Expression ReadSigned(bool withFilters)
    {
        Expression value;
        if (_tokens.IsSign("-") || _tokens.IsSign("+"))
        {
            _tokens.Enter();
            var sign = _tokens.Take();
            value = new Sign(sign.Offset, ReadSigned(withFilters: false), sign.Text == "-");
            _tokens.Leave();
        }
        else
        {
            value = _primaries.Read();
        }

        return withFilters ? ReadFiltersAndTests(value) : value;
    }

    public Expression ReadFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (_tokens.TrySign("|"))
            {
                value = ReadFilter(value);
            }
            else if (_tokens.IsName("is"))
            {
                var offset = _tokens.Take().Offset;
                var negated = _tokens.TryName("not");
                var name = ReadTestName();
                value = new Test(offset, value, name, ReadTestArguments(name), negated);
            }
            else if (value is Filter && _tokens.IsSign("("))
            {
                value = _primaries.ReadPostfix(value);
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>A filter's name and arguments, behind the bar.</summary>
    public Expression ReadFilter(Expression target)
    {
        var offset = _tokens.Current.Offset;
        var name = _tokens.ExpectName("The name of a filter");
        return new Filter(offset, target, name, _tokens.IsSign("(") ? _primaries.ReadArguments() : Arguments.None);
    }

    private string ReadTestName()
    {
        var name = _tokens.ExpectName("The name of a test");
        return name switch
        {
            "True" => "true",
            "False" => "false",
            "None" => "none",
            _ => name,
        };
    }

    private Arguments ReadTestArguments(string name)
    {
        if (_tokens.IsSign("("))
        {
            return _primaries.ReadArguments();
        }

        return TestsWithArgument.Contains(name) ? new Arguments([_primaries.Read()], []) : Arguments.None;
    }

    private bool StartsExpression()
        => _tokens.Current.Kind is TokenKind.Name or TokenKind.StringLiteral or TokenKind.IntegerLiteral or TokenKind.FloatLiteral
            || (_tokens.Current.Kind == TokenKind.Sign && _tokens.Current.Text is "(" or "[" or "{" or "-" or "+");
}
